using FlowLog.Broker.Log.Epochs;
using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Log.Segments;
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
    /// Rebuilds the producers as of <paramref name="end"/>, and lets <paramref name="epochs"/> follow the batches at or behind
    /// <paramref name="walkFrom"/> in passing. <paramref name="names"/> are the files of the folder.
    /// </summary>
    public ProducerStates Rebuild(IEnumerable<string> names, ReadOnlySpan<Segment> segments, long end, long walkFrom, LeaderEpochs epochs)
    {
        var producers = new ProducerStates();
        var known = Restore(producers, names, segments[0].BaseOffset, end);
        var from = Math.Min(known, walkFrom);
        if (from >= end)
            return producers;

        var follower = new BatchFollower(producers, known);
        foreach (var segment in segments[SegmentList.IndexFor(segments, from)..])
        {
            follower.Enter(segment);
            follower.Walk(segment, from);
        }

        follower.Correct(epochs);
        return producers;
    }

    /// <summary>
    /// Who follows the batches of a log while they are checked, starting from the newest snapshot: compaction may have taken the markers behind an older
    /// one, and their transactions would stay open for ever. Null when there is none, of a log whose oldest records are gone.
    /// </summary>
    public BatchFollower? Follow(IEnumerable<string> names, long start)
    {
        var producers = new ProducerStates();
        foreach (var offset in SnapshotsIn(names).Where(offset => offset >= start))
        {
            if (ProducerSnapshotFile.Read(disk, folder, offset) is not { } entries)
                continue;

            producers.Restore(entries);
            SnapshotOffset = offset;
            return new BatchFollower(producers, offset);
        }

        return start == 0 ? new BatchFollower(producers, 0) : null;
    }

    /// <summary>Deletes the snapshots from before a log's start and from behind its end.</summary>
    public void DeleteOutside(IEnumerable<string> names, long start, long end)
    {
        foreach (var offset in SnapshotsIn(names).Where(offset => offset < start || offset > end))
            Delete(offset);
    }

    /// <summary>
    /// Takes the newest snapshot between the start and the end, deletes those behind it and damaged ones, and returns its offset. One from
    /// before the start is no help: what producers wrote between is gone, and half of what they did is worse than nothing.
    /// </summary>
    private long Restore(ProducerStates producers, IEnumerable<string> names, long start, long end)
    {
        SnapshotOffset = 0;
        foreach (var offset in SnapshotsIn(names))
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

            Delete(offset);
        }

        return start;
    }

    private void Delete(long offset)
    {
        disk.DeleteFile(ProducerSnapshotFile.PathOf(folder, offset));
        HasDeleted = true;
    }

    /// <summary>The offsets of the snapshots among some files, newest first.</summary>
    private static IEnumerable<long> SnapshotsIn(IEnumerable<string> names) => names
        .Select(name => SegmentFileName.TryParse(name, SegmentFileName.ProducerSnapshot, out var offset) ? offset : -1)
        .Where(offset => offset >= 0)
        .OrderDescending();
}
