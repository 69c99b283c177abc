using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using FlowLog.Client.Cluster;
using FlowLog.Client.Consuming.Fetching;
using FlowLog.Client.Consuming.Groups;
using FlowLog.Client.Consuming.Positions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Consuming;

/// <summary>Reads records from a cluster, alone or in a group (classic protocol).</summary>
public sealed class Consumer : IConsumer
{
    private static readonly TimeSpan s_longPoll = TimeSpan.FromSeconds(10);

    private readonly ConsumerOptions _options;
    private readonly ILogger _log;
    private readonly ClusterLink _link;
    private readonly PartitionStates _states = new();
    private readonly AsyncSignal _arrived;
    private readonly ApplicationCalls _calls;
    private readonly OffsetCommits _commits;
    private readonly OffsetLookup _lookup;
    private readonly GroupOffsets _groupOffsets;
    private readonly PositionFinder _positions;
    private readonly Fetchers _fetchers;
    private readonly PollWatch _watch;
    private readonly CancellationTokenSource _closing = new();
    private readonly List<ConsumedBatch> _taken = [];
    private readonly Dictionary<TopicPartition, long> _copiedUpTo = [];
    private ConsumerGroup? _group;
    private bool _isAssignedByHand;
    private bool _countsRecords;
    private int _polling;
    private int _wakeup;
    private int _disposed;

    /// <summary>A consumer that connects when it is first used.</summary>
    /// <exception cref="OptionsException">The options contradict each other.</exception>
    public Consumer(ConsumerOptions options, World? world = null, ILoggerFactory? loggers = null)
    {
        (_options, _log) = (options, (loggers ?? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance).CreateLogger<Consumer>());
        _link = new ClusterLink(options, world ?? World.Real(loggers), _log, options.AllowAutoCreateTopics);
        _arrived = new AsyncSignal(_link.Clock);
        _calls = new ApplicationCalls(_arrived.Set);
        _commits = new OffsetCommits(options, _link, _states, _log);
        _lookup = new OffsetLookup(_link);
        _groupOffsets = new GroupOffsets(_link);
        _positions = new PositionFinder(_states, _link, options, WakeAll, _log);
        _fetchers = new Fetchers(_states, _link, options, _arrived.Set, _log);
        _watch = new PollWatch(_link.Clock, options.MaxPollInterval, PollTooLate);
        _link.Metadata.Changed += _ => WakeAll();
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Subscription => _group?.Topics ?? [];

    /// <inheritdoc/>
    public IReadOnlyCollection<TopicPartition> Assignment => _states.Partitions;

    /// <inheritdoc/>
    public ConsumerGroupMetadata GroupMetadata => _commits.Committer;

    /// <inheritdoc/>
    public IReadOnlyCollection<TopicPartition> Paused => [.. _states.All.Where(state => state.IsPaused).Select(state => state.Partition)];

    private bool CommitsAutomatically => _options is { EnableAutoCommit: true, GroupId: not null };

    /// <inheritdoc/>
    public void Subscribe(IReadOnlyCollection<string> topics, IRebalanceListener? listener = null)
    {
        ArgumentNullException.ThrowIfNull(topics);
        if (topics.Count == 0 || topics.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException("Name at least one topic, and none that is empty; UnsubscribeAsync ends a subscription.", nameof(topics));

        Join([.. topics.Distinct(StringComparer.Ordinal)], null, listener);
    }

    /// <inheritdoc/>
    public void Subscribe(Regex pattern, IRebalanceListener? listener = null)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        Join([], pattern, listener);
    }

    /// <inheritdoc/>
    public void Assign(IReadOnlyCollection<TopicPartition> partitions)
    {
        ThrowIfDisposed();
        if (_group is not null)
            throw new InvalidOperationException("This consumer is subscribed; unsubscribe before assigning partitions by hand.");

        _isAssignedByHand = partitions.Count > 0;
        _states.Assign(partitions, awaitsListener: false);
        _link.Metadata.WantOnly(partitions.Select(partition => partition.Topic), all: false);
        WakeAll();
    }

    /// <inheritdoc/>
    public async ValueTask UnsubscribeAsync(CancellationToken cancellation = default)
    {
        ThrowIfDisposed();
        if (_group is { } group)
        {
            _group = null;
            try
            {
                await group.LeaveAsync("the consumer unsubscribed", remain: _options.GroupInstanceId is not null, cancellation);
            }
            finally
            {
                _commits.Group = null;
            }
        }

        _isAssignedByHand = false;
        _states.Assign([], awaitsListener: false);
    }

    /// <inheritdoc/>
    public async ValueTask<PolledBatches> PollAsync(TimeSpan timeout, CancellationToken cancellation = default)
    {
        EnterPoll();
        try
        {
            _countsRecords = false;
            if (CommitsAutomatically)
                _states.MarkProcessed();
            return await PollOnceAsync(timeout, cancellation);
        }
        finally
        {
            LeavePoll();
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ConsumedRecord> ConsumeAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        List<(ConsumedRecord Record, PartitionState State)> records = [];
        var handed = 0;
        try
        {
            while (true)
            {
                handed = 0;
                await CopyNextAsync(records, cancellation);
                foreach (var (record, state) in records)
                {
                    handed++;
                    yield return record;
                    state.MarkProcessed(new OffsetAndMetadata(record.Offset + 1, LeaderEpoch: record.LeaderEpoch < 0 ? null : record.LeaderEpoch));
                }
            }
        }
        finally
        {
            GiveBack(CollectionsMarshal.AsSpan(records)[Math.Min(handed, records.Count)..]);
        }
    }

    /// <inheritdoc/>
    public void Wakeup()
    {
        Interlocked.Exchange(ref _wakeup, 1);
        _arrived.Set();
    }

    /// <inheritdoc/>
    public void Pause(IReadOnlyCollection<TopicPartition> partitions) => SetPaused(partitions, true);

    /// <inheritdoc/>
    public void Resume(IReadOnlyCollection<TopicPartition> partitions)
    {
        SetPaused(partitions, false);
        WakeAll();
    }

    /// <inheritdoc/>
    public void Seek(TopicPartition partition, long offset) => Seek(partition, new OffsetAndMetadata(offset));

    /// <inheritdoc/>
    public void Seek(TopicPartition partition, OffsetAndMetadata position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position.Offset);
        var state = _states.Get(partition);
        lock (_states.Gate)
            state.Seek(position.Offset, position.LeaderEpoch);
        WakeAll();
    }

    /// <inheritdoc/>
    public void SeekToBeginning(IReadOnlyCollection<TopicPartition> partitions) => Lose(partitions, AutoOffsetReset.Earliest);

    /// <inheritdoc/>
    public void SeekToEnd(IReadOnlyCollection<TopicPartition> partitions) => Lose(partitions, AutoOffsetReset.Latest);

    /// <inheritdoc/>
    public async ValueTask<long> PositionAsync(TopicPartition partition, CancellationToken cancellation = default)
    {
        var state = _states.Get(partition);
        return await _link.Retries.RunAsync($"No position of {partition}", _options.DefaultApiTimeout, async token =>
        {
            if (state.Position is { } known)
                return known;

            await _positions.FindAsync(token);
            return state.Position ?? throw Failures.Of(ErrorCode.OffsetNotAvailable, $"The position of {partition} is not known yet");
        }, cancellation);
    }

    /// <inheritdoc/>
    public long? TryGetPosition(TopicPartition partition) => _states.Find(partition)?.Position;

    /// <inheritdoc/>
    public long? CurrentLag(TopicPartition partition)
    {
        if (_states.Find(partition) is not { } state)
            return null;

        lock (_states.Gate)
        {
            var end = _options.IsolationLevel == IsolationLevel.ReadCommitted ? state.LastStableOffset : state.HighWatermark;
            return end < 0 || state.Position is not { } position ? null : Math.Max(0, end - position);
        }
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(CancellationToken cancellation = default) => CommitAsync(_states.Positions(), cancellation);

    /// <inheritdoc/>
    public ValueTask CommitAsync(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellation = default)
    {
        ThrowIfDisposed();
        return _commits.CommitAsync(offsets, _options.DefaultApiTimeout, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<TopicPartition, OffsetAndMetadata?>> CommittedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation = default)
    {
        ThrowIfDisposed();
        var group = _options.GroupId ?? throw new InvalidOperationException("Committed offsets need a group.id.");
        var committed = await _link.Retries.RunAsync($"No committed offsets of group {group}", _options.DefaultApiTimeout,
            token => _groupOffsets.FetchAsync(group, partitions, requireStable: true, token), cancellation);
        return partitions.Distinct().ToDictionary(partition => partition, partition => committed.TryGetValue(partition, out var offset) ? offset : (OffsetAndMetadata?)null);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<TopicPartition, long>> BeginningOffsetsAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation = default) => OffsetsAsync(partitions, OffsetLookup.Earliest, cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<TopicPartition, long>> EndOffsetsAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation = default) => OffsetsAsync(partitions, OffsetLookup.Latest, cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<TopicPartition, OffsetAndTimestamp?>> OffsetsForTimesAsync(
        IReadOnlyDictionary<TopicPartition, long> timestamps, CancellationToken cancellation = default)
    {
        ThrowIfDisposed();
        var found = await _lookup.FindAllAsync(timestamps, _options.IsolationLevel, _options.DefaultApiTimeout, cancellation);
        return found.ToDictionary(entry => entry.Key, entry => entry.Value.Offset < 0
            ? (OffsetAndTimestamp?)null
            : new OffsetAndTimestamp(entry.Value.Offset, entry.Value.Timestamp, entry.Value.LeaderEpoch < 0 ? null : entry.Value.LeaderEpoch));
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<PartitionMetadata>> PartitionsForAsync(string topic, CancellationToken cancellation = default)
    {
        ThrowIfDisposed();
        if (_link.Metadata.Current.Topic(topic) is { } known)
            return known.Partitions;

        return await _link.Retries.RunAsync($"No metadata of {topic}", _options.DefaultApiTimeout, async token =>
        {
            var response = await _link.Metadata.AskAsync([topic], createTopics: _options.AllowAutoCreateTopics, token);
            return ClusterMetadata.Empty.Apply(response).Topic(topic)?.Partitions ?? [];
        }, cancellation);
    }

    /// <inheritdoc/>
    public void EnforceRebalance(string? reason = null) => _group?.Member.RequestRejoin(reason ?? "the application asked for it");

    /// <inheritdoc/>
    public async ValueTask CloseAsync(CloseOptions? options = null, CancellationToken cancellation = default)
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        options ??= new CloseOptions();
        Wakeup();
        using var time = new CancellationTokenSource(options.Timeout, _link.Clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        try
        {
            await SayGoodbyeAsync(options, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The group finds out by the session time-out.
        }
        finally
        {
            await FreeAsync();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => CloseAsync();

    private async ValueTask SayGoodbyeAsync(CloseOptions options, CancellationToken cancellation)
    {
        if (CommitsAutomatically)
        {
            if (!_countsRecords)
                _states.MarkProcessed();
            if (_isAssignedByHand)
                await _commits.CommitProcessedAsync(null, cancellation);
        }

        var remains = options.Membership switch
        {
            GroupMembershipOperation.LeaveGroup => false,
            GroupMembershipOperation.RemainInGroup => true,
            _ => _options.GroupInstanceId is not null,
        };
        if (_group is { } group)
            await group.LeaveAsync("the consumer is being closed", remains, cancellation);
    }

    private async ValueTask FreeAsync()
    {
        _closing.Cancel();
        _watch.Dispose();
        await _positions.EndAsync();
        await _fetchers.DisposeAsync();
        _states.Assign([], awaitsListener: false);
        await _link.DisposeAsync();
        _arrived.Dispose();
    }

    private void Join(IReadOnlyCollection<string> topics, Regex? pattern, IRebalanceListener? listener)
    {
        ThrowIfDisposed();
        if (_options.GroupId is null)
            throw new InvalidOperationException("Subscribing needs a group.id; without one, assign partitions.");
        if (_isAssignedByHand)
            throw new InvalidOperationException("Partitions are assigned by hand; unsubscribe before subscribing.");

        if (_group is { } joined)
        {
            joined.Change(topics, pattern, listener);
            return;
        }

        _group = new ConsumerGroup(_options, new ConsumerParts(_link, _states, _calls, _commits, WakeAll), topics, pattern, listener, _log);
        _commits.Group = _group;
    }

    private async ValueTask<PolledBatches> PollOnceAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        var started = _link.Clock.GetTimestamp();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Interlocked.Exchange(ref _wakeup, 0) != 0)
                throw new WakeupException();

            if (_calls.Any)
                await _calls.RunAsync(cancellation);
            if (CommitsAutomatically)
                _commits.CommitWhenDue(_closing.Token);
            _positions.Start(_closing.Token);
            _link.Metadata.ThrowTopicProblem();

            _states.Take(_options.MaxPollRecords, _taken);
            if (_taken.Count > 0)
                return Hand();

            var left = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - _link.Clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
                return PolledBatches.Empty;

            await WaitAsync(left, cancellation);
        }
    }

    private PolledBatches Hand()
    {
        var polled = new PolledBatches([.. _taken]);
        _taken.Clear();
        _fetchers.WakeExisting();
        return polled;
    }

    private async ValueTask WaitAsync(TimeSpan left, CancellationToken cancellation)
    {
        // Now and then, so that automatic commits come in time.
        if (CommitsAutomatically && (left == Timeout.InfiniteTimeSpan || left > _options.AutoCommitInterval))
            left = _options.AutoCommitInterval;

        using var registration = cancellation.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _arrived);
        await _arrived.WaitAsync(left);
        _watch.Polled();
    }

    private async ValueTask CopyNextAsync(List<(ConsumedRecord Record, PartitionState State)> into, CancellationToken cancellation)
    {
        into.Clear();
        EnterPoll();
        try
        {
            _countsRecords = true;
            using var polled = await PollOnceAsync(s_longPoll, cancellation);
            _copiedUpTo.Clear();
            foreach (var batch in polled)
                if (_states.Find(batch.Partition) is { Position: { } position } state)
                {
                    _copiedUpTo[batch.Partition] = position;
                    foreach (var record in batch)
                        into.Add((batch.Copy(record), state));
                }
        }
        finally
        {
            LeavePoll();
        }
    }

    /// <summary>Who leaves the loop early and comes back, or polls, finds the records that he has not seen.</summary>
    private void GiveBack(ReadOnlySpan<(ConsumedRecord Record, PartitionState State)> unseen)
    {
        lock (_states.Gate)
            for (var index = unseen.Length - 1; index >= 0; index--)
            {
                var (record, state) = unseen[index];

                // The records of a partition lie behind each other up to its position, unless the application has sought or lost it meanwhile.
                if (ReferenceEquals(_states.Find(state.Partition), state) && _copiedUpTo.GetValueOrDefault(state.Partition, -1) == state.Position)
                {
                    _copiedUpTo[state.Partition] = record.Offset;
                    state.Rewind(record.Offset);
                }
            }
    }

    private void EnterPoll()
    {
        ThrowIfDisposed();
        if (Interlocked.Exchange(ref _polling, 1) != 0)
            throw new InvalidOperationException("Another poll is under way; a consumer serves one caller at a time.");

        if (_group is null && !_isAssignedByHand)
        {
            Volatile.Write(ref _polling, 0);
            throw new InvalidOperationException("This consumer is neither subscribed nor assigned any partitions.");
        }

        _watch.Polled();
        _group?.Member.Start();
        _group?.Member.Resume();
    }

    private void LeavePoll()
    {
        _watch.Polled();
        Volatile.Write(ref _polling, 0);
    }

    private void PollTooLate()
    {
        if (_group is not { } group || Volatile.Read(ref _polling) != 0 || group.Member.Current.Generation < 0)
            return;

        _log.PollTooLate(_options.GroupId!, _options.MaxPollInterval);
        group.Member.Suspend(new FlowLogException(ErrorCode.None, $"max.poll.interval.ms ({_options.MaxPollInterval.TotalMilliseconds:0} ms) passed without a poll", isRetriable: true));
    }

    private void SetPaused(IReadOnlyCollection<TopicPartition> partitions, bool paused)
    {
        foreach (var partition in partitions)
        {
            var state = _states.Get(partition);
            lock (_states.Gate)
                state.IsPaused = paused;
        }
    }

    private void Lose(IReadOnlyCollection<TopicPartition> partitions, AutoOffsetReset reset)
    {
        foreach (var state in partitions.Count == 0 ? _states.All : [.. partitions.Select(_states.Get)])
            lock (_states.Gate)
                state.Lose(reset);
        WakeAll();
    }

    private async ValueTask<IReadOnlyDictionary<TopicPartition, long>> OffsetsAsync(
        IReadOnlyCollection<TopicPartition> partitions, long which, CancellationToken cancellation)
    {
        ThrowIfDisposed();
        var timestamps = partitions.Distinct().ToDictionary(partition => partition, _ => which);
        var found = await _lookup.FindAllAsync(timestamps, _options.IsolationLevel, _options.DefaultApiTimeout, cancellation);
        return found.ToDictionary(entry => entry.Key, entry => entry.Value.Offset);
    }

    private void WakeAll()
    {
        _fetchers.Wake();
        _arrived.Set();
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
}
