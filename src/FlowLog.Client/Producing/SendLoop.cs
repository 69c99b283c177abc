using System.Collections.Concurrent;
using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Producing;

/// <summary>Takes ready batches from the queues, groups them by leader, and sends as many requests at a time as each broker is allowed.</summary>
internal sealed class SendLoop : IAsyncDisposable
{
    // Timers fire a little early now and then; one that did would only come back at once.
    private static readonly TimeSpan s_timerSlack = TimeSpan.FromMicroseconds(100);

    private readonly ClusterLink _link;
    private readonly ProducerOptions _options;
    private readonly BatchStock _stock;
    private readonly IProducerIdentity _identity;
    private readonly DeliveryLoop _deliveries;
    private readonly ProduceAnswers _answers;
    private readonly ILogger _log;
    private readonly AsyncSignal _wake;
    private readonly ConcurrentQueue<PartitionQueue> _arrived = new();
    private readonly List<PartitionQueue> _queues = [];
    private readonly Dictionary<int, BrokerLine> _lines = [];
    private readonly List<ProducerBatch> _removed = [];
    private Task _loop = Task.CompletedTask;
    private FlowLogException? _failure;
    private int _turn;
    private volatile bool _ends;

    public SendLoop(ClusterLink link, BatchStock stock, Func<Action, IProducerIdentity> identity, DeliveryLoop deliveries, ILogger log)
    {
        (_link, _stock, _options, _deliveries, _log) = (link, stock, stock.Options, deliveries, log);
        _wake = new AsyncSignal(link.Clock);
        _identity = identity(_wake.Set);
        _answers = new ProduceAnswers(link, _options, _identity, deliveries, log);
    }

    public IProducerIdentity Identity => _identity;

    /// <summary>Why nothing can be sent any more, or null.</summary>
    public FlowLogException? Failure => _failure ?? _identity.Failure;

    public void Start() => _loop = RunAsync();

    /// <summary>Looks at the queues soon.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Gives up what has not been delivered.</summary>
    public void GiveUp(FlowLogException reason)
    {
        _failure ??= reason;
        _wake.Set();
    }

    /// <summary>A queue has something to send. The caller holds its gate.</summary>
    public void Wake(PartitionQueue queue)
    {
        if (!queue.IsListed)
        {
            queue.IsListed = true;
            _arrived.Enqueue(queue);
        }
        else if (queue.AwaitedLine is { IsFull: true })
            return;

        _wake.Set();
    }

    public async ValueTask DisposeAsync()
    {
        _ends = true;
        _wake.Set();
        await _loop;
        _wake.Dispose();
    }

    private async Task RunAsync()
    {
        // Off the constructor's caller.
        await Task.Yield();
        while (!_ends)
            await _wake.WaitAsync(Turn());
    }

    private TimeSpan Turn()
    {
        var now = _link.Clock.GetTimestamp();
        try
        {
            var lookAgainAt = Turn(now);
            return lookAgainAt == long.MaxValue ? Timeout.InfiniteTimeSpan : _link.Clock.GetElapsedTime(now, Math.Max(now, lookAgainAt)) + s_timerSlack;
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            Fail(problem);
            return TimeSpan.FromSeconds(1);
        }
    }

    // A mistake of ours: better a producer that refuses than one that hangs.
    private FlowLogException Fail(Exception problem)
    {
        _log.SendLoopFailed(problem);
        return _failure = Failures.OfMistake("The producer failed", problem);
    }

    /// <summary>Sends all that may leave now, and says when something else becomes ready by itself.</summary>
    private long Turn(long now)
    {
        while (_arrived.TryDequeue(out var queue))
            _queues.Add(queue);

        var lookAgainAt = Expire(now);
        if ((Failure ?? _identity.Rejection) is { } failure)
            DropAll(failure.Code, failure.Message);
        else if (!MustStartEpoch() && _identity.TryGet(out var identity))
            while (Collect(now, identity, ref lookAgainAt))
                SendCollected();
        return lookAgainAt;
    }

    /// <summary>Gives up what waited too long and forgets queues that are empty.</summary>
    private long Expire(long now)
    {
        var next = long.MaxValue;
        for (var index = _queues.Count - 1; index >= 0; index--)
        {
            var queue = _queues[index];
            lock (queue.Gate)
            {
                next = Math.Min(next, queue.Expire(now, _removed));
                if (!queue.HasWaiting && !queue.HasInFlight)
                {
                    queue.IsListed = false;
                    _queues.RemoveAt(index);
                }
            }
        }

        FinishRemoved(ErrorCode.RequestTimedOut, $"Not delivered within delivery.timeout.ms ({_options.DeliveryTimeout.TotalMilliseconds:0} ms)");
        return next;
    }

    private void DropAll(ErrorCode error, string reason)
    {
        foreach (var queue in _queues)
            lock (queue.Gate)
                queue.Drop(_removed);
        FinishRemoved(error, reason);
    }

    private void FinishRemoved(ErrorCode error, string reason)
    {
        foreach (var batch in _removed)
        {
            var told = batch.LastProblem is { } last ? $"{reason}; last: {last}" : reason;
            batch.Failed(error, _link.Metadata.LastProblem is { } problem ? $"{told}; metadata: {problem.Message}" : told);
            _identity.OnBatchFailed(error, reason);
            _deliveries.Finish(batch);
        }

        _removed.Clear();
    }

    /// <summary>
    /// True while a new epoch is needed and something is still in flight under the old one. A new epoch starts all sequences
    /// anew, so every queue takes part.
    /// </summary>
    private bool MustStartEpoch()
    {
        var inFlight = false;
        PartitionQueue? lost = null;
        foreach (var queue in _queues)
            lock (queue.Gate)
            {
                inFlight |= queue.HasInFlight;
                if (queue.NeedsNewEpoch)
                    lost = queue;
            }

        if (lost is null)
            return false;
        if (inFlight)
            return true;

        _log.EpochLost(lost.Partition);
        _identity.StartEpoch();
        foreach (var queue in _queues)
            lock (queue.Gate)
                queue.StartEpoch();
        return false;
    }

    /// <summary>Takes at most one batch of each queue into the next request to its leader; false when there is nothing to take.</summary>
    private bool Collect(long now, ProducerIdAndEpoch identity, ref long lookAgainAt)
    {
        var hurry = _stock.Flushes.IsFlushing || _stock.Budget.IsExhausted || _ends;
        var taken = false;
        _turn++;
        for (var step = 0; step < _queues.Count; step++)
        {
            // Nobody is always first.
            var queue = _queues[(int)(((uint)_turn + (uint)step) % (uint)_queues.Count)];
            lock (queue.Gate)
            {
                var ready = queue.IsReady(now, hurry, out var again);
                queue.AwaitedLine = null;
                if (!ready)
                    lookAgainAt = Math.Min(lookAgainAt, again);
                else if (LineFor(queue) is { } line)
                {
                    (line.Next ??= new ProduceCall()).Add(queue, queue.Take(identity, _identity.TransactionalId is not null));
                    taken = true;
                }
            }
        }

        return taken;
    }

    /// <summary>The line to a queue's leader when the queue's next batch may go with its next request.</summary>
    private BrokerLine? LineFor(PartitionQueue queue)
    {
        if (_link.Metadata.Current.Partition(queue.Partition) is not { HasLeader: true, Leader: var leader })
        {
            _link.Metadata.Want([queue.Partition.Topic]);
            _link.Metadata.Request();
            return null;
        }

        if (!_lines.TryGetValue(leader, out var line))
            _lines.Add(leader, line = new BrokerLine(_link, leader, _options.MaxInFlightRequests, _wake.Set, problem => Fail(problem)));

        if (line.IsFull)
            queue.AwaitedLine = line;
        if (!line.IsReady() || !_identity.MaySend(queue.Partition))
            return null;

        return line.Next is { } next && next.Bytes + queue.NextSize > _options.MaxRequestSize ? null : line;
    }

    private void SendCollected()
    {
        foreach (var line in _lines.Values)
            if (line.Next is { } call)
            {
                line.Next = null;
                line.Left();
                Send(line, call);
            }
    }

    private void Send(BrokerLine line, ProduceCall call)
    {
        var metadata = _link.Metadata.Current;
        if (line.Connection is not { } connection)
        {
            // It broke since the batches were taken.
            line.Answers = AnswerAsync(line, call, null, Task.FromException<SharedBuffer>(Failures.Of(ErrorCode.NetworkException, "The connection broke")), 0);
            return;
        }

        var request = call.ToRequest(_options, _identity.TransactionalId, metadata);
        try
        {
            var version = connection.Versions.Choose(ApiKey.Produce, Math.Min(_identity.HighestProduceVersion, call.HasTopicIds(metadata) ? short.MaxValue : (short)12));
            line.Answers = _options.Acks == Acks.None
                ? LeftAsync(line, call, connection.Fire(request, version, _options.RequestTimeout))
                : AnswerAsync(line, call, connection, connection.Start(request, version, _options.RequestTimeout, poolsAnswer: false, answersInPlace: true), version);
            return;
        }
        catch (FlowLogException problem)
        {
            _answers.Lost(call, problem);
        }
        catch (Exception mistake) when (mistake is not OutOfMemoryException)
        {
            _answers.Abandon(call, Fail(mistake));
        }

        line.Answered();
    }

    private async Task AnswerAsync(BrokerLine line, ProduceCall call, BrokerConnection? connection, Task<SharedBuffer> answer, short version)
    {
        var before = line.Answers;
        SharedBuffer? bytes = null;
        FlowLogException? problem = null;
        try
        {
            bytes = await answer;
        }
        catch (FlowLogException lost)
        {
            problem = lost;
        }

        // Answers come in order, but each on a thread of its own: deliveries are told in the order in which they were made.
        await before;
        try
        {
            Take(call, connection, bytes, problem, version);
        }
        catch (Exception mistake) when (mistake is not OutOfMemoryException)
        {
            _answers.Abandon(call, Fail(mistake));
        }

        line.Answered();
        _wake.Set();
    }

    /// <summary>Without acknowledgements, what has left this machine counts as delivered; what has not keeps its memory, and its place among those in flight.</summary>
    private async Task LeftAsync(BrokerLine line, ProduceCall call, Task written)
    {
        var before = line.Answers;
        FlowLogException? problem = null;
        try
        {
            await written;
        }
        catch (FlowLogException lost)
        {
            problem = lost;
        }

        await before;
        try
        {
            if (problem is null)
                _answers.Left(call);
            else
                _answers.Lost(call, problem);
        }
        catch (Exception mistake) when (mistake is not OutOfMemoryException)
        {
            _answers.Abandon(call, Fail(mistake));
        }

        line.Answered();
        _wake.Set();
    }

    private void Take(ProduceCall call, BrokerConnection? connection, SharedBuffer? bytes, FlowLogException? problem, short version)
    {
        try
        {
            if (problem is null)
                _answers.Answered(call, connection!.Read<ProduceResponse>(bytes!, version));
        }
        catch (FlowLogException unreadable)
        {
            problem = unreadable;
        }

        if (problem is not null)
            _answers.Lost(call, problem);
    }
}
