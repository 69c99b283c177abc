using FlowLog.Broker.Log.Epochs;
using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Log.Segments;
using FlowLog.Broker.Log.Storage;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Log.Recovery;

/// <summary>
/// Opens the folder of a partition. After a clean stop it reads the last few headers and one snapshot; after a crash it checks every
/// batch behind the recovery point, cuts the log at the first that is not whole and sound, and rebuilds what is derived from it.
/// Doing it twice changes nothing more.
/// </summary>
internal sealed class LogLoader(LogEnvironment environment, TopicPartition partition, string folder, LogOptions options, long now)
{
    private readonly ProducerRecovery _producers = new(environment.Disk, folder, environment.Log);
    private LogOpening _how;
    private BatchFollower? _follower;
    private bool _wasCut;

    /// <summary>Opens the log.</summary>
    /// <param name="how">What the checkpoints say about it.</param>
    /// <exception cref="LogDamagedException">It must not be cut, and would lose what was on the device.</exception>
    public LoadedLog Load(in LogOpening how)
    {
        _how = how;
        var names = new SegmentSwap(environment.Disk, folder, now).Finish();
        var segments = Find(names);
        try
        {
            return Load(segments, names);
        }
        catch
        {
            segments.ForEach(segment => segment.Dispose());
            throw;
        }
    }

    private LoadedLog Load(List<Segment> segments, IReadOnlySet<string> names)
    {
        var (wasStoppedCleanly, recoveryPoint, logStart) = (_how.WasStoppedCleanly, _how.RecoveryPoint, _how.LogStart);
        var isSound = segments.Count > 0 && wasStoppedCleanly && TryOpenCleanly(segments, names);
        if (segments.Count > 0 && !isSound)
            Recover(segments, names, wasStoppedCleanly ? segments[^1].BaseOffset : recoveryPoint);

        RefuseToEndAt(segments.LastOrDefault());
        if (segments.Count > 0 && logStart > segments[^1].NextOffset)
        {
            environment.Log.LogBeginsAnew(partition, segments[^1].NextOffset, logStart);
            segments.ForEach(segment => segment.Delete());
            segments.Clear();
            _follower = null;
            _wasCut = true;
        }

        if (segments.Count == 0)
        {
            _wasCut |= !wasStoppedCleanly;
            segments.Add(Segment.Create(environment.Disk, folder, logStart, now));
        }

        return Derive(new SegmentList(segments), names, isSound ? segments[^1].NextOffset : recoveryPoint, Math.Max(logStart, segments[0].BaseOffset), !isSound);
    }

    private LoadedLog Derive(SegmentList segments, IReadOnlySet<string> names, long recoveryPoint, long logStart, bool wasChecked)
    {
        var end = segments.Active.NextOffset;
        var walkFrom = recoveryPoint;
        var epochs = LoadEpochs(segments, end, logStart, ref walkFrom);
        var producers = _follower is null || _follower.Known > end || walkFrom < Math.Min(recoveryPoint, end)
            ? _producers.Rebuild(names, segments.All, end, walkFrom, epochs)
            : Followed(_follower, names, segments, epochs);
        _wasCut |= _producers.HasDeleted;
        producers.Expire(now - environment.ProducerExpirationMs);
        return new LoadedLog(segments, epochs, producers, logStart, _producers.SnapshotOffset, wasChecked, _wasCut);
    }

    private ProducerStates Followed(BatchFollower follower, IReadOnlySet<string> names, SegmentList segments, LeaderEpochs epochs)
    {
        _producers.DeleteOutside(names, segments.First.BaseOffset, segments.Active.NextOffset);
        follower.Correct(epochs);
        return follower.Producers;
    }

    private LeaderEpochs LoadEpochs(SegmentList segments, long end, long logStart, ref long recoveryPoint)
    {
        var epochs = new LeaderEpochs();
        if (LeaderEpochFile.Read(environment.Disk, folder) is { } entries)
        {
            epochs.Load(entries);
        }
        else
        {
            environment.Log.FileIgnored(Path.Combine(folder, LeaderEpochFile.Name));
            recoveryPoint = segments.First.BaseOffset;
        }

        epochs.TruncateFromEnd(end);
        epochs.TruncateFromStart(logStart);
        if (logStart < end && (epochs.Entries.Count == 0 || epochs.Entries[0].StartOffset > logStart))
        {
            // The file knew of a later log start than the checkpoint: the epochs before it must be found again.
            epochs.Clear();
            recoveryPoint = segments.First.BaseOffset;
        }

        return epochs;
    }

    private List<Segment> Find(IReadOnlySet<string> names)
    {
        var segments = new List<Segment>();
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (SegmentFileName.TryParse(name, SegmentFileName.Log, out var baseOffset))
                segments.Add(Segment.Existing(environment.Disk, folder, baseOffset, now));
        }

        return segments;
    }

    private bool TryOpenCleanly(List<Segment> segments, IReadOnlySet<string> names) =>
        segments.SkipLast(1).All(segment => HasIndexes(segment, names)) && segments[^1].TryLoadTail(options.IndexIntervalBytes);

    private void Recover(List<Segment> segments, IReadOnlySet<string> names, long recoveryPoint)
    {
        // The segment that ends right at the recovery point may have ended after the last sync, which then knew nothing of its indexes.
        var from = Math.Max(0, segments.FindLastIndex(segment => segment.BaseOffset < recoveryPoint));
        _follower = _producers.Follow(names, segments[0].BaseOffset);
        var followFrom = Math.Min(_follower?.Known ?? 0, recoveryPoint);
        for (var index = 0; index < segments.Count; index++)
        {
            var segment = segments[index];
            var follower = index + 1 < segments.Count && segments[index + 1].BaseOffset <= followFrom ? null : _follower;
            follower?.Enter(segment);
            if (index < from && HasIndexes(segment, names))
            {
                follower?.Walk(segment, followFrom);
                continue;
            }

            var cut = segment.Recover(index < from ? segment.BaseOffset : recoveryPoint, options.IndexIntervalBytes, ShownTo(follower, segment), () => RefuseToEndAt(segment));
            if (cut > 0)
            {
                _wasCut = true;
                environment.Log.TailCut(partition, cut, segment.NextOffset);
            }

            if (index + 1 == segments.Count)
                return;

            if (cut > 0 || !Joins(segment, segments[index + 1], Math.Max(recoveryPoint, _how.CleanedTo)))
            {
                RefuseToEndAt(segment);
                DropBehind(segments, index);
                return;
            }

            segment.Seal();
        }
    }

    private static BatchFound? ShownTo(BatchFollower? follower, Segment segment) =>
        follower is null ? null : (in header, control) => follower.Meet(segment, header, control);

    /// <summary>
    /// Whether a segment goes on where the one before it ends. A hole below what is known to be on the device is what compaction left;
    /// another is what a power cut left of a file that was not synced while a later one was.
    /// </summary>
    private static bool Joins(Segment segment, Segment next, long durable) =>
        segment.NextOffset == next.BaseOffset || (segment.NextOffset < next.BaseOffset && next.BaseOffset <= durable);

    /// <summary>
    /// What was not synced may be torn, and is cut. What was is only gone when the device or somebody else has taken it: of a log that nothing can replace it
    /// must not be made up for by forgetting it.
    /// </summary>
    private void RefuseToEndAt(Segment? last)
    {
        if (_how.StandIn is { } standIn && (last?.NextOffset ?? 0) < _how.Committed && standIn(folder) < _how.Committed)
            throw new LogDamagedException(last?.Path ?? folder, last?.Size ?? 0, last?.NextOffset ?? 0, _how.Committed);
    }

    private void DropBehind(List<Segment> segments, int index)
    {
        _wasCut = true;
        environment.Log.SegmentsDropped(partition, segments[index + 1].BaseOffset, segments.Count - index - 2, segments[index].NextOffset);
        foreach (var behind in segments.Skip(index + 1).Reverse())
            behind.Delete();

        segments.RemoveRange(index + 1, segments.Count - index - 1);
    }

    private static bool HasIndexes(Segment segment, IReadOnlySet<string> names) =>
        names.Contains(SegmentFileName.For(segment.BaseOffset, SegmentFileName.OffsetIndex))
        && names.Contains(SegmentFileName.For(segment.BaseOffset, SegmentFileName.TimeIndex));
}
