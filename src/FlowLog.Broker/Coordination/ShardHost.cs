using FlowLog.Broker.Log.Producers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Coordination;

/// <summary>
/// The shell around one shard: lets one thread at a time decide, writes what was decided, and holds every answer back until it rests
/// on committed records only. That includes answers that wrote nothing: what they say may come from a record that is not yet safe.
/// </summary>
/// <remarks>
/// Lock order: the shard's gate, then whatever <see cref="ICommittedLog.Append"/> takes. Answers, effects and commit registrations happen
/// outside the gate, because an answer can start the next request of its connection, on this or another shard.
/// </remarks>
internal sealed class ShardHost<TShard>
    where TShard : class, ICoordinatorShard
{
    private readonly Lock _gate = new();
    private readonly ShardSurroundings _around;
    private readonly ICommittedLog _log;
    private readonly Func<int, TShard> _create;
    private readonly HashSet<Ticket> _waiting = [];
    private readonly ITimer _timer;
    private TShard? _shard;
    private volatile ErrorCode _refusal = ErrorCode.CoordinatorLoadInProgress;
    private long _lastWritten;
    private long _timerAt = Moment.Never;

    public ShardHost(int partition, ICommittedLog log, Func<int, TShard> create, ShardSurroundings around)
    {
        (Partition, _log, _create, _around) = (partition, log, create, around);
        _timer = around.Clock.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Partition { get; }

    /// <summary>Epoch of the leadership under which this shard runs.</summary>
    public int LeaderEpoch => _log.LeaderEpoch;

    /// <summary>True between the end of loading and the loss of leadership.</summary>
    public bool IsActive => _refusal == ErrorCode.None;

    /// <summary>See <see cref="ICommittedLog.BeginVerification"/>.</summary>
    public VerificationGuard? BeginVerification(ProducerIdAndEpoch producer, bool isNewProtocol) => _log.BeginVerification(producer, isNewProtocol);

    /// <summary>Reads the partition and starts to serve. Runs for as long as the log is long; call it in the background.</summary>
    public void Load()
    {
        var shard = _create(Partition);
        try
        {
            var started = Moment.Of(_around.Clock);
            using var loader = new ShardLoader(_log, shard, _around.Kind, (type, offset) => _around.Log.UnknownRecord(_around.Topic, Partition, type, offset), _around.ReadBytes);
            loader.Run(() => _refusal == ErrorCode.NotCoordinator);
            _around.Log.ShardLoaded(_around.Topic, Partition, loader.Records, Moment.Of(_around.Clock).ElapsedMs - started.ElapsedMs);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            _around.Log.ShardNotLoaded(failure, _around.Topic, Partition);
            Retry();
            return;
        }

        Activate(shard);
    }

    /// <summary>Leadership is gone or the node stops: every waiting request is told to look for its coordinator anew.</summary>
    public void Close()
    {
        Ticket[] abandoned;
        lock (_gate)
        {
            _refusal = ErrorCode.NotCoordinator;
            _shard = null;
            abandoned = [.. _waiting];
            _waiting.Clear();
        }

        _timer.Dispose();
        Refuse(abandoned, ErrorCode.NotCoordinator);
    }

    /// <summary>Lets the shard decide about one request. Answers through the ticket, if there is one, now or later.</summary>
    public void Submit(Ticket? ticket, Func<TShard, Moment, Decision> decide)
    {
        Release release;
        lock (_gate)
        {
            if (_shard is not { } shard)
            {
                release = ticket is null ? default : Release.Refusing([ticket], _refusal);
            }
            else
            {
                if (ticket is not null)
                    _waiting.Add(ticket);

                release = Turn(shard, ticket, decide);
            }
        }

        Let(release);
    }

    private void Activate(TShard shard)
    {
        Release release;
        lock (_gate)
        {
            if (_refusal == ErrorCode.NotCoordinator)
                return;

            _lastWritten = _log.EndOffset - 1;
            _shard = shard;
            _refusal = ErrorCode.None;
            release = Turn(shard, null, static (loaded, now) => loaded.Loaded(now));
        }

        Let(release);
    }

    private void OnTimer()
    {
        Release release;
        lock (_gate)
        {
            _timerAt = Moment.Never;
            if (_shard is not { } shard)
            {
                release = default;
                if (_refusal == ErrorCode.CoordinatorLoadInProgress)
                    _around.Background(Load);
            }
            else
            {
                release = Turn(shard, null, static (due, now) => due.Tick(now));
            }
        }

        Let(release);
    }

    private Release Turn(TShard shard, Ticket? ticket, Func<TShard, Moment, Decision> decide)
    {
        var now = Moment.Of(_around.Clock);
        Decision decision;
        try
        {
            decision = decide(shard, now);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Deciding changes nothing, so the shard is as it was; only this request has no answer.
            _around.Log.DecisionFailed(failure, _around.Topic, Partition);
            return ticket is null ? default : Refusing([ticket], ErrorCode.UnknownServerError);
        }

        return CarryOut(shard, decision, now);
    }

    private Release CarryOut(TShard shard, Decision decision, Moment now)
    {
        if (ShardWriter.Write(_log, decision, now, _around.Codec, out var lastWritten) is var error and not ErrorCode.None)
        {
            _around.Log.AppendRefused(_around.Topic, Partition, error);
            SetTimer(shard, now, atLeast: ShardSurroundings.AppendRetry);
            return Refusing([.. decision.Answers.Select(answer => answer.Ticket)], CoordinatorErrors.OfAppend(error));
        }

        if (lastWritten >= 0)
            _lastWritten = lastWritten;

        try
        {
            ShardWriter.Apply(shard, decision, lastWritten);
        }
        catch (Exception failure)
        {
            // What is in the log and what is in memory differ from here on. The log is right.
            _around.Log.ApplyFailed(failure, _around.Topic, Partition);
            return Unload();
        }

        SetTimer(shard, now);
        foreach (var (ticket, _) in decision.Answers)
            _waiting.Remove(ticket);

        return Release.Of(decision, _lastWritten);
    }

    private Release Refusing(Ticket[] tickets, ErrorCode error)
    {
        foreach (var ticket in tickets)
            _waiting.Remove(ticket);

        return Release.Refusing(tickets, error);
    }

    private Release Unload()
    {
        _shard = null;
        _refusal = ErrorCode.CoordinatorLoadInProgress;
        Ticket[] abandoned = [.. _waiting];
        _waiting.Clear();
        _around.Background(Load);
        return Release.Refusing(abandoned, ErrorCode.NotCoordinator);
    }

    private void Retry()
    {
        lock (_gate)
        {
            if (_refusal == ErrorCode.CoordinatorLoadInProgress)
                _timer.Change(ShardSurroundings.LoadRetry, Timeout.InfiniteTimeSpan);
        }
    }

    private void SetTimer(TShard shard, Moment now, TimeSpan atLeast = default)
    {
        // What was due when the log refused is still due: without a pause it would be refused again at once, for ever.
        var due = Math.Max(shard.NextDeadline, now.ElapsedMs + (long)atLeast.TotalMilliseconds);
        if (due >= _timerAt)
            return;

        _timerAt = due;
        _timer.Change(TimeSpan.FromMilliseconds(Math.Clamp(due - now.ElapsedMs, 0, int.MaxValue)), Timeout.InfiniteTimeSpan);
    }

    private void Let(in Release release)
    {
        if (release.Tickets is { } refused)
        {
            Refuse(refused, release.Error);
            return;
        }

        if (release.Decision is not { } decision || (decision.Answers.Count == 0 && decision.Effects.Count == 0))
            return;

        if (release.RestsOn < _log.HighWatermark)
            Complete(decision);
        else
            _log.WhenCommitted(release.RestsOn, error => Settle(decision, error));
    }

    private void Settle(Decision decision, ErrorCode error)
    {
        if (error == ErrorCode.None)
        {
            Complete(decision);
            return;
        }

        Refuse([.. decision.Answers.Select(answer => answer.Ticket)], CoordinatorErrors.OfAppend(error));

        // Memory runs ahead of a log that will not follow: forget it and read again what is really there.
        Release release;
        lock (_gate)
            release = _shard is null ? default : Unload();

        Let(release);
    }

    private void Complete(Decision decision)
    {
        foreach (var (ticket, response) in decision.Answers)
            ticket.Complete(response);

        foreach (var effect in decision.Effects)
            _around.Effects(Partition, effect);
    }

    private static void Refuse(Ticket[] tickets, ErrorCode error)
    {
        foreach (var ticket in tickets)
            ticket.Refuse(error);
    }

    /// <summary>What is to be let go once the gate is open again: a decision's answers, or refusals.</summary>
    private readonly record struct Release(Decision? Decision, long RestsOn, Ticket[]? Tickets, ErrorCode Error)
    {
        public static Release Of(Decision decision, long restsOn) => new(decision, restsOn, null, ErrorCode.None);

        public static Release Refusing(Ticket[] tickets, ErrorCode error) => new(null, -1, tickets, error);
    }
}
