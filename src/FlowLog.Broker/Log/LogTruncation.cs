using FlowLog.Broker.Log.Segments;

namespace FlowLog.Broker.Log;

/// <summary>Takes records at the end of a log back: they are not the leader's. Under the log's lock.</summary>
internal sealed class LogTruncation(LogState log, LogDurability durability)
{
    /// <summary>Cuts off every batch that reaches an offset, which lies in some segment.</summary>
    public void CutAt(long offset, int indexInterval)
    {
        var keep = SegmentList.IndexFor(log.Segments.All, offset) + 1;
        var end = log.Segments.All[keep - 1].EndOffsetBelow(offset);
        durability.CutTo(end);
        log.WillBeCutTo(end);
        log.Environment.SaveCheckpoints();
        var dropped = log.Segments.All[keep..];
        log.Segments.RemoveLast(dropped.Length);
        Drop(dropped);
        log.Segments.Active.TruncateTo(offset, indexInterval);
        EndAt(log.Segments.Active.NextOffset);
    }

    /// <summary>Drops everything and begins an empty segment at an offset.</summary>
    public void StartAnewAt(long offset, long now)
    {
        durability.CutTo(offset);
        log.WillStartAnewAt(offset);
        log.Environment.SaveCheckpoints();
        Drop(log.Segments.All);
        log.Segments.ReplaceAll(Segment.Create(log.Environment.Disk, log.Folder, offset, now));
        log.Epochs.Clear();
        EndAt(offset);
    }

    private void Drop(ReadOnlySpan<Segment> segments)
    {
        // Newest first: what a crash leaves has no hole.
        for (var index = segments.Length - 1; index >= 0; index--)
            segments[index].Delete();

        durability.NamesChanged();
    }

    private void EndAt(long offset)
    {
        log.WasCutTo(offset);
        durability.SyncCut();
        log.Environment.Log.LogTruncated(log.Partition, offset);
    }
}
