using FlowLog.Broker.Log.Segments;
using FlowLog.Broker.Log.Storage;

namespace FlowLog.Broker.Log;

/// <summary>Lets the oldest segments of a log go. Under the log's lock.</summary>
internal sealed class LogRetention(LogState log, SegmentRoller roller, LogDurability durability)
{
    /// <summary>Removes what is due and lies below a bound, and returns how many segments went. See <see cref="SegmentRetention"/>.</summary>
    public int RemoveDue(LogOptions options, long bound, long now)
    {
        var due = SegmentRetention.CountDue(log.Segments.All, options, log.Start, log.End, bound, now, out var why);

        // Where the device has no room for another segment the active one stays; what is due before it makes some.
        if (due == log.Segments.All.Length && !log.Directory.TryUnlessFull(() => roller.Roll(log.End, now)))
            due--;

        if (due == 0 || log.Directory.IsOffline)
            return 0;

        RemoveFirst(due, now + options.FileDeleteDelayMs);
        log.Environment.Log.SegmentsRemoved(log.Partition, due, log.Segments.First.BaseOffset, why);
        return due;
    }

    private void RemoveFirst(int count, long dueAt)
    {
        var removed = log.Segments.All[..count].ToArray();
        log.Segments.RemoveFirst(count);
        log.RaiseStart(log.Segments.First.BaseOffset);
        SegmentRemoval.Retire(log.Environment, log.Folder, removed, dueAt);
        SegmentRemoval.DropSnapshotsBelow(log.Environment.Disk, log.Folder, log.Segments.First.BaseOffset);
        durability.NamesChanged();
    }
}
