using System.Text.RegularExpressions;
using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Workers;

/// <summary>What a sink task needs besides itself.</summary>
internal sealed record SinkTaskParts(
    SinkTask Task,
    SinkPipeline Pipeline,
    ErrorPolicy Errors,
    DeadLetterQueue? DeadLetters,
    IConsumer Consumer,
    IReadOnlyList<string> Topics,
    Regex? TopicPattern,
    TimeSpan FlushInterval);

/// <summary>
/// Runs one sink task: polls, converts, delivers, flushes and commits, all on one loop. Offsets are committed only after the task has said
/// that it made them durable.
/// </summary>
internal sealed class SinkTaskRunner : ITaskRunner, ISinkTaskContext, IRebalanceListener
{
    private readonly SinkTaskParts _parts;
    private readonly ITaskListener _listener;
    private readonly PauseSwitch _pause;
    private readonly SinkOffsets _offsets = new();
    private readonly HashSet<TopicPartition> _assigned = [];
    private readonly HashSet<TopicPartition> _pausedByTask = [];
    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private readonly Dictionary<TopicPartition, long> _seeks = [];
    private Redelivery? _redelivery;
    private long _lastFlush;
    private bool _flushRequested, _rests, _closing;
    private CancellationToken _abandon;

    public SinkTaskRunner(ConnectorTaskId id, SinkTaskParts parts, bool paused, ITaskListener listener, TimeProvider clock, ILogger log)
    {
        Id = id;
        Clock = clock;
        Log = log;
        _parts = parts;
        _listener = listener;
        _pause = new PauseSwitch(paused);
    }

    public ConnectorTaskId Id { get; }

    public TimeProvider Clock { get; }

    public ILogger Log { get; }

    public IReadOnlyCollection<TopicPartition> Assignment => _assigned;

    public bool ToleratesErrors => _parts.Errors.Tolerates;

    public void SetPaused(bool paused)
    {
        _pause.Set(paused);
        _parts.Consumer.Wakeup();
    }

    public async Task RunAsync(CancellationToken stop, CancellationToken abandon)
    {
        _abandon = abandon;
        try
        {
            if (_pause.IsPaused)
            {
                _listener.Paused();
                await _pause.WaitUntilRunningAsync(stop);
            }

            if (_parts.DeadLetters is { } deadLetters)
                await deadLetters.StartAsync(stop);
            await _parts.Task.StartAsync(this, stop);
            if (_parts.TopicPattern is { } pattern)
                _parts.Consumer.Subscribe(pattern, this);
            else
                _parts.Consumer.Subscribe(_parts.Topics, this);

            _lastFlush = Clock.GetTimestamp();
            _listener.Running();
            while (!stop.IsCancellationRequested)
                await TurnAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop.
        }
        finally
        {
            await CloseAsync();
        }
    }

    public async ValueTask ReportAsync(SinkRecord record, Exception why, CancellationToken cancellation) =>
        await _parts.Errors.ReportAsync(
            new Failure(Id, Stage.TaskPut, _parts.Task.GetType().FullName!, why)
            {
                Topic = record.OriginalTopic,
                Partition = record.OriginalPartition,
                Offset = record.Offset,
                Timestamp = record.Timestamp,
                Consumed = record.Consumed,
            },
            cancellation);

    public void Pause(params IReadOnlyCollection<TopicPartition> partitions)
    {
        _pausedByTask.UnionWith(partitions);
        _parts.Consumer.Pause([.. partitions.Where(_assigned.Contains)]);
    }

    public void Resume(params IReadOnlyCollection<TopicPartition> partitions)
    {
        _pausedByTask.ExceptWith(partitions);
        if (!_rests && _redelivery is null)
            _parts.Consumer.Resume([.. partitions.Where(_assigned.Contains)]);
    }

    public void Seek(TopicPartition partition, long offset) => _seeks[partition] = offset;

    public void RequestFlush() => _flushRequested = true;

    async ValueTask IRebalanceListener.OnAssignedAsync(IReadOnlyCollection<TopicPartition> added, CancellationToken cancellation)
    {
        if (added.Count == 0)
            return;

        _assigned.UnionWith(added);
        await _parts.Task.OpenAsync(added, cancellation);
        foreach (var (partition, offset) in await _parts.Task.RecoverAsync(added, cancellation))
        {
            _parts.Consumer.Seek(partition, offset);
            _offsets.StartAt(partition, offset);
        }

        if (_rests || _redelivery is not null)
            _parts.Consumer.Pause(added);
        else
            _parts.Consumer.Pause([.. added.Where(_pausedByTask.Contains)]);
    }

    async ValueTask IRebalanceListener.OnRevokedAsync(IReadOnlyCollection<TopicPartition> revoked, CancellationToken cancellation)
    {
        if (revoked.Count == 0)
            return;

        await FlushAsync(revoked, giveUp: true);
        await GiveUpAsync(revoked, lost: false);
    }

    ValueTask IRebalanceListener.OnLostAsync(IReadOnlyCollection<TopicPartition> lost, CancellationToken cancellation) =>
        lost.Count == 0 ? default : GiveUpAsync(lost, lost: true);

    private async ValueTask TurnAsync(CancellationToken stop)
    {
        await FollowSwitchAsync();
        if (_flushRequested || UntilFlush() <= TimeSpan.Zero)
            await FlushAsync(_assigned, giveUp: false);
        ApplySeeks();

        var polled = await PollAsync(stop);
        if (polled is { } fresh)
        {
            if (!_rests && _redelivery is null)
                await DeliverAsync(fresh.Records, fresh.Next, stop);
            else if (fresh.Next.Count > 0)
                Hold(fresh.Records, fresh.Next);
        }

        if (!_rests && _redelivery is { } redelivery && UntilRedelivery(redelivery) <= TimeSpan.Zero)
            await DeliverAsync(redelivery.Records, redelivery.Next, stop);
    }

    // Everything is paused while the task rests or a redelivery waits; what slips through all the same waits with it.
    private void Hold(List<SinkRecord> records, Dictionary<TopicPartition, long> next)
    {
        _redelivery ??= new Redelivery([], [], TimeSpan.Zero, Clock.GetTimestamp());
        _redelivery.Records.AddRange(records);
        foreach (var (partition, offset) in next)
            _redelivery.Next[partition] = offset;
    }

    private TimeSpan UntilFlush() => _parts.FlushInterval - Clock.GetElapsedTime(_lastFlush);

    private TimeSpan UntilRedelivery(Redelivery redelivery) => redelivery.Pause - Clock.GetElapsedTime(redelivery.Since);

    private async ValueTask FollowSwitchAsync()
    {
        if (_pause.IsPaused == _rests)
            return;

        _rests = _pause.IsPaused;
        if (_rests)
        {
            _parts.Consumer.Pause(_assigned);
            await FlushAsync(_assigned, giveUp: false);
            _listener.Paused();
        }
        else
        {
            ResumeDelivery();
            _listener.Running();
        }
    }

    private void ResumeDelivery()
    {
        if (!_rests && _redelivery is null)
            _parts.Consumer.Resume([.. _assigned.Except(_pausedByTask)]);
    }

    private void ApplySeeks()
    {
        foreach (var (partition, offset) in _seeks)
        {
            if (!_assigned.Contains(partition))
                continue;
            _parts.Consumer.Seek(partition, offset);
            _offsets.StartAt(partition, offset);
            _redelivery?.Drop([partition]);
        }

        _seeks.Clear();
    }

    // The next offset of each partition covers every polled record, those that transforms or errors took out included.
    private async ValueTask<(List<SinkRecord> Records, Dictionary<TopicPartition, long> Next)?> PollAsync(CancellationToken stop)
    {
        var timeout = _redelivery is { } redelivery ? Shorter(UntilFlush(), UntilRedelivery(redelivery)) : UntilFlush();
        try
        {
            using var batches = await _parts.Consumer.PollAsync(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero, stop);
            var records = new List<SinkRecord>(batches.RecordCount);
            var next = new Dictionary<TopicPartition, long>();
            foreach (var batch in batches)
            {
                if (_topics.Add(batch.Partition.Topic))
                    _listener.Uses(batch.Partition.Topic);
                _offsets.Meet(batch.Partition, batch.FirstOffset);
                await ConvertAsync(batch, records, stop);
                next[batch.Partition] = batch.NextOffset;
            }

            return (records, next);
        }
        catch (WakeupException)
        {
            return null;
        }
    }

    private async ValueTask ConvertAsync(ConsumedBatch batch, List<SinkRecord> into, CancellationToken stop)
    {
        List<(ConsumedRecord Record, Failure Failure, int Place)>? failed = null;
        foreach (var view in batch)
        {
            var consumed = batch.Copy(view);
            var record = _parts.Pipeline.Process(consumed, out var failure);
            if (failure is not null)
                (failed ??= []).Add((consumed, failure, into.Count));
            else if (record is not null)
                into.Add(record);
        }

        var shift = 0;
        foreach (var (consumed, failure, place) in failed ?? [])
        {
            SinkRecord? record = null;
            Failure? Again()
            {
                record = _parts.Pipeline.Process(consumed, out var next);
                return next;
            }

            if (await _parts.Errors.RecoverAsync(failure, Again, stop) && record is not null)
                into.Insert(place + shift++, record);
        }
    }

    private async ValueTask DeliverAsync(List<SinkRecord> records, Dictionary<TopicPartition, long> next, CancellationToken stop)
    {
        try
        {
            await _parts.Task.WriteAsync(records, stop);
            _offsets.Taken(next);
            if (_redelivery is null)
                return;

            _redelivery = null;
            ResumeDelivery();
        }
        catch (RetriableException problem)
        {
            Log.SinkRetries(Id, problem.RetryAfter, problem.Message);
            _redelivery = new Redelivery(records, next, problem.RetryAfter, Clock.GetTimestamp());
            _parts.Consumer.Pause(_assigned);
        }
    }

    private async ValueTask FlushAsync(IReadOnlyCollection<TopicPartition> partitions, bool giveUp)
    {
        if (!giveUp)
        {
            _flushRequested = false;
            _lastFlush = Clock.GetTimestamp();
        }

        var taken = _offsets.TakenOf(partitions);
        if (taken.Count == 0)
            return;

        IReadOnlyDictionary<TopicPartition, long> durable;
        try
        {
            if (_parts.DeadLetters is { } deadLetters)
                await deadLetters.FlushAsync(_abandon);
            durable = await _parts.Task.FlushAsync(taken, _abandon);
        }
        catch (Exception problem) when (!_abandon.IsCancellationRequested)
        {
            Log.FlushFailed(Id, problem);
            if (!giveUp && !_closing)
                Rewind();
            return;
        }

        await CommitAsync(taken, durable);
    }

    private async ValueTask CommitAsync(Dictionary<TopicPartition, long> taken, IReadOnlyDictionary<TopicPartition, long> durable)
    {
        var commit = new Dictionary<TopicPartition, OffsetAndMetadata>();
        foreach (var (partition, offset) in durable)
        {
            if (!taken.TryGetValue(partition, out var limit) || offset > limit)
                Log.CommitBeyondDelivery(Id, partition, offset);
            else if (_offsets.NeedsCommit(partition, offset))
                commit[partition] = new OffsetAndMetadata(offset);
        }

        if (commit.Count == 0)
            return;

        try
        {
            await _parts.Consumer.CommitAsync(commit, _abandon);
            foreach (var (partition, position) in commit)
                _offsets.Committed(partition, position.Offset);
        }
        catch (FlowLogException problem)
        {
            Log.CommitFailed(Id, problem);
        }
    }

    // A sink that could not make durable what it took is given it again.
    private void Rewind()
    {
        foreach (var (partition, offset) in _offsets.Rewind(_assigned))
            _parts.Consumer.Seek(partition, offset);
        _redelivery = null;
        ResumeDelivery();
    }

    private async ValueTask GiveUpAsync(IReadOnlyCollection<TopicPartition> partitions, bool lost)
    {
        _redelivery?.Drop(partitions);
        _assigned.ExceptWith(partitions);
        _offsets.Forget(partitions);
        await _parts.Task.CloseAsync(partitions, lost, _abandon);
    }

    // Closing the consumer revokes what is assigned, which flushes, commits and closes partitions on the way.
    private async ValueTask CloseAsync()
    {
        _closing = true;
        try
        {
            await _parts.Consumer.CloseAsync(cancellation: _abandon);
        }
        catch (Exception problem)
        {
            Log.ClosingFailed(Id, problem);
        }

        await _parts.Consumer.DisposeAsync();
        await _parts.Task.DisposeAsync();
        if (_parts.DeadLetters is { } deadLetters)
            await deadLetters.DisposeAsync();
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;

    /// <summary>Records that the sink could not take yet, and asked for again.</summary>
    private sealed record Redelivery(List<SinkRecord> Records, Dictionary<TopicPartition, long> Next, TimeSpan Pause, long Since)
    {
        public void Drop(IReadOnlyCollection<TopicPartition> partitions)
        {
            Records.RemoveAll(record => partitions.Contains(new TopicPartition(record.OriginalTopic, record.OriginalPartition)));
            foreach (var partition in partitions)
                Next.Remove(partition);
        }
    }
}
