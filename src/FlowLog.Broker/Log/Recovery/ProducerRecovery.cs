using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Log.Segments;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Log.Recovery;

/// <summary>Rebuilds the producers of a log: the newest snapshot that is sound, then the batches behind it.</summary>
internal sealed class ProducerRecovery(IDisk disk, string folder, ILogger log)
{
    /// <summary>Offset of the snapshot that was used; 0 when there was none.</summary>
    public long SnapshotOffset { get; private set; }

    /// <summary>Whether snapshots were deleted, which a power cut would bring back: later on they would seem to be of the records that came in their stead.</summary>
    public bool HasDeleted { get; private set; }

    /// <summary>
    /// Rebuilds the producers as of <paramref name="end"/>. The headers of all batches at or behind <paramref name="walkFrom"/> are
    /// shown to <paramref name="see"/> in passing. <paramref name="names"/> are the files of the folder.
    /// </summary>
    public ProducerStates Rebuild(IEnumerable<string> names, ReadOnlySpan<Segment> segments, long end, long walkFrom, Action<BatchHeader> see)
    {
        var producers = new ProducerStates();
        var known = Restore(producers, names, segments[0].BaseOffset, end);
        var from = Math.Min(known, walkFrom);
        if (from >= end)
            return producers;

        foreach (var segment in segments[SegmentList.IndexFor(segments, from)..])
        {
            segment.ForgetAbortedFrom(known);
            Walk(segment, producers, from, known, see);
        }

        return producers;
    }

    /// <summary>
    /// Takes the newest snapshot between the start and the end, deletes those behind it and damaged ones, and returns its offset. One from
    /// before the start is no help: what producers wrote between is gone, and half of what they did is worse than nothing.
    /// </summary>
    private long Restore(ProducerStates producers, IEnumerable<string> names, long start, long end)
    {
        var offsets = names
            .Select(name => SegmentFileName.TryParse(name, SegmentFileName.ProducerSnapshot, out var offset) ? offset : -1)
            .Where(offset => offset >= 0)
            .OrderDescending();
        foreach (var offset in offsets)
        {
            var entries = offset > end || offset < start ? null : ProducerSnapshotFile.Read(disk, folder, offset);
            if (entries is not null)
            {
                producers.Restore(entries);
                SnapshotOffset = offset;
                return offset;
            }

            if (offset <= end && offset >= start)
                log.FileIgnored(ProducerSnapshotFile.PathOf(folder, offset));

            disk.DeleteFile(ProducerSnapshotFile.PathOf(folder, offset));
            HasDeleted = true;
        }

        return start;
    }

    private static void Walk(Segment segment, ProducerStates producers, long from, long known, Action<BatchHeader> see)
    {
        var start = segment.TryFindBatch(from, out var first) ? first.Position : segment.Size;
        using var batches = new BatchScanner(segment.OpenedFile(), start, segment.Size, BatchScanner.LookUpBlock);
        while (batches.MoveNext())
        {
            var header = batches.Header;
            see(header);
            if (header.BaseOffset < known || !header.HasProducerId)
                continue;

            if (!header.IsControl)
                producers.Apply(header);
            else if (EndTransactionMarker.TryRead(header, batches.Batch(), out var marker)
                && producers.ApplyMarker(header, marker) is { IsAborted: true } aborted)
                segment.AddAborted(new AbortedTransaction(aborted.ProducerId, aborted.FirstOffset, aborted.LastOffset, aborted.LastStableOffset));
        }
    }
}
