using FlowLog.Broker.Log.Segments;

namespace FlowLog.Broker.Log;

/// <summary>Ends the active segment of a log and begins the next one. Under the log's lock.</summary>
internal sealed class SegmentRoller(LogState log, LogDurability durability)
{
    /// <summary>Begins a segment at an offset, which is at or behind the log's end.</summary>
    public void Roll(long next, long now)
    {
        var active = log.Segments.Active;
        if (active.Size == 0)
        {
            Restart(active, next, now);
            return;
        }

        // All that may fail for want of room comes before the new file: one that was left behind without being used would be taken
        // for a gap at the next start, and everything behind it would go.
        log.WriteSnapshot();

        // All of it may be on the device, so that no sync comes here again; and where it is not whole to its end the next start drops what lies behind it.
        if (active.HasTakenBack)
            active.SyncBatches();

        active.Seal();
        active.FlushIndexes();
        var segment = Segment.Create(log.Environment.Disk, log.Folder, next, now);
        durability.NamesChanged();
        durability.Ended([active]);
        log.Segments.Add(segment);
    }

    private void Restart(Segment empty, long next, long now)
    {
        if (empty.BaseOffset == next)
            return;

        var segment = Segment.Create(log.Environment.Disk, log.Folder, next, now);
        log.Segments.Replace(log.Segments.All.Length - 1, 1, segment);
        empty.Delete();
        durability.NamesChanged();
    }
}
