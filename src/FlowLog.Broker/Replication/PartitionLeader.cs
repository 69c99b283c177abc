using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Producers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Replication;

/// <summary>
/// A partition that this broker leads: its log, how far readers may see, and who waits for what.
/// <para>
/// Visibility with one replica: data of acks 0 and 1 is visible at once; data of acks=all becomes visible when the sync that covers it is
/// done, which is also when its producer is answered (with durability=page-cache: at once). Nothing visible or acknowledged is ever taken back.
/// </para>
/// Thread-safe. Callbacks run without locks, on the thread that caused them.
/// </summary>
internal sealed class PartitionLeader(PartitionLog log, int leaderEpoch, GroupCommit groupCommit, bool syncs)
{
    private readonly CommitWaiters _commits = new();
    private readonly List<IPartitionWatcher> _watchers = [];
    private int _leaderEpoch = leaderEpoch;
    private volatile ErrorCodeBox _ended = ErrorCodeBox.None;

    /// <summary>Its name.</summary>
    public TopicPartition Partition => log.Partition;

    /// <summary>The id of its topic.</summary>
    public Guid TopicId => log.TopicId.Value;

    /// <summary>Its log.</summary>
    public PartitionLog Log => log;

    /// <summary>The epoch of this leadership.</summary>
    public int LeaderEpoch
    {
        get => Volatile.Read(ref _leaderEpoch);
        set => Volatile.Write(ref _leaderEpoch, value);
    }

    /// <summary>Everything below may be read. Never goes back.</summary>
    public long HighWatermark => log.HighWatermark;

    /// <summary>Everything below belongs to no transaction that is still open: what read_committed readers see.</summary>
    public long LastStableOffset => log.LastStableOffset;

    /// <summary>Where the records of a leader epoch end. The leadership's own epoch may have no records yet: it ends where the log does.</summary>
    public EpochEnd EndOf(int epoch) =>
        epoch == LeaderEpoch ? new EpochEnd(epoch, log.LogEndOffset) : log.EndOffsetFor(epoch);

    /// <summary>Why nothing can be done with it any more (deleted, disk failed); <see cref="ErrorCode.None"/> as long as it lives.</summary>
    public ErrorCode Ended => _ended.Code;

    internal SyncRequest Sync { get; } = new();

    /// <summary>
    /// Appends what a client or coordinator sent. With <paramref name="visibleAtOnce"/> (acks 0 and 1) readers see it on return, else when it is
    /// durable; <see cref="WhenDurable"/> tells when that is.
    /// </summary>
    public AppendOutcome Append(
        Memory<byte> batches, AppendOrigin origin, bool visibleAtOnce, long now, VerificationGuard? guard = null, bool markersBumpEpoch = false)
    {
        if (Ended != ErrorCode.None)
            return AppendOutcome.Refused(Ended, $"{Partition} takes no writes any more.");
        var outcome = log.Append(batches, LeaderEpoch, origin, now, guard, markersBumpEpoch);
        if (outcome.Error != ErrorCode.None)
            return outcome;
        if (visibleAtOnce || !syncs)
            RaiseHighWatermark(outcome.LastOffset + 1);
        return outcome;
    }

    /// <summary>Calls back once when the record at <paramref name="offset"/> counts as durable, or with the reason why it will not.</summary>
    public void WhenDurable(long offset, Action<ErrorCode> done)
    {
        if (!syncs || offset < log.DurableEndOffset)
        {
            RaiseHighWatermark(offset + 1);
            done(ErrorCode.None);
            return;
        }

        _commits.Add(offset, done);
        groupCommit.Request(this);
    }

    /// <summary>Starts telling <paramref name="watcher"/> of changes. The caller looks at the state again afterwards: a change may have come between.</summary>
    public void Watch(IPartitionWatcher watcher)
    {
        lock (_watchers)
            _watchers.Add(watcher);
    }

    /// <summary>Ends <see cref="Watch"/>.</summary>
    public void Unwatch(IPartitionWatcher watcher)
    {
        lock (_watchers)
            _watchers.Remove(watcher);
    }

    /// <summary>The partition is deleted or its disk is lost: everybody who waits learns it.</summary>
    public void End(ErrorCode why)
    {
        _ended = new ErrorCodeBox(why);
        _commits.End(why);
        NotifyWatchers();
    }

    /// <summary>Called by the group commit: one sync, then everybody it covers.</summary>
    internal void SyncNow()
    {
        try
        {
            var durable = log.SyncToDisk();
            RaiseHighWatermark(durable);
            _commits.Release(durable);
        }
        catch (IOException)
        {
            // The log has taken its directory offline and said so; what was not synced may be lost, so nobody is told that it is safe.
            End(ErrorCode.KafkaStorageError);
        }
    }

    private void RaiseHighWatermark(long end)
    {
        if (log.RaiseHighWatermark(end))
            NotifyWatchers();
    }

    private void NotifyWatchers()
    {
        IPartitionWatcher[] watchers;
        lock (_watchers)
        {
            if (_watchers.Count == 0)
                return;
            watchers = [.. _watchers];
        }

        foreach (var watcher in watchers)
            watcher.Changed();
    }

    private sealed record ErrorCodeBox(ErrorCode Code)
    {
        public static ErrorCodeBox None { get; } = new(ErrorCode.None);
    }
}
