using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Transactions;

/// <summary>
/// The transactional ids that fall into one partition of <c>__transaction_state</c>. What requests do to them is decided in
/// <see cref="ProducerInitialisation"/>, <see cref="TransactionPartitions"/> and <see cref="TransactionEnding"/>; here is the state, and how
/// events and time change it.
/// </summary>
internal sealed class TransactionShard(TransactionSettings settings) : ICoordinatorShard
{
    private const int MostPerTick = 256;

    private readonly SortedDictionary<string, Transaction> _transactions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<WaitingRequest>> _waiting = new(StringComparer.Ordinal);
    private readonly DeadlineIndex _timeouts = new();
    private readonly DeadlineIndex _lapses = new();
    private long _idCheckAt = Moment.Never;

    public IEnumerable<Transaction> All => _transactions.Values;

    public long NextDeadline => Math.Min(_idCheckAt, Math.Min(_timeouts.Next, _lapses.Next));

    public Transaction? Find(string id) => _transactions.GetValueOrDefault(id);

    public TransactionTurn Turn(Moment now) => new(settings, now, new Decision());

    public IReadOnlyList<WaitingRequest> WaitingFor(string id) => _waiting.GetValueOrDefault(id) ?? [];

    /// <summary>Holds a request back until the transaction that is ending has ended.</summary>
    public void Wait<TResponse>(
        TransactionTurn turn,
        string id,
        Ticket<TResponse> ticket,
        Func<ErrorCode, TResponse> refusal,
        Func<Transaction, TransactionTurn, Transaction> resume)
        where TResponse : class
    {
        var waiting = WaitingFor(id);
        var request = new WaitingRequest(
            turn.Now.ElapsedMs + settings.PatienceMs,
            resume,
            (decision, error) => decision.Answer(ticket, refusal(error)));
        turn.Decision.Add(new WaitingChanged(id, [.. waiting, request], waiting.Count > 0 ? waiting[0].LapsesAt : request.LapsesAt));
    }

    public Decision Loaded(Moment now)
    {
        var turn = Turn(now);
        foreach (var transaction in _transactions.Values)
        {
            if (transaction.IsEnding)
                turn.Decision.Start(new MarkersDue(transaction));
            else if (transaction.Status == TransactionStatus.Ongoing)
                turn.Decision.Add(new TransactionChanged(transaction, turn.DeadlineOf(transaction)));
        }

        turn.Decision.Add(new IdCheckAt(now.ElapsedMs + settings.IdExpirationCheckIntervalMs));
        return turn.Decision;
    }

    public Decision Tick(Moment now)
    {
        var turn = Turn(now);
        foreach (var id in _timeouts.Due(now.ElapsedMs, MostPerTick))
            TransactionEnding.Fence(_transactions[id], turn);

        foreach (var id in _lapses.Due(now.ElapsedMs, MostPerTick))
            SendAway(id, turn);

        var isQuiet = turn.Decision.Events.Count == 0;
        return isQuiet && _idCheckAt <= now.ElapsedMs ? ForgetIds(now) : turn.Decision;
    }

    public void Apply(IShardEvent happened, in RecordOrigin origin)
    {
        switch (happened)
        {
            case CoordinatorRecord { Key: TransactionLogKey key, Value: TransactionLogValue value }:
                _transactions[key.TransactionalId] = TransactionRecords.FromRecord(key.TransactionalId, value);
                break;
            case CoordinatorRecord { Key: TransactionLogKey key }:
                _transactions.Remove(key.TransactionalId);
                _timeouts.Set(key.TransactionalId, Moment.Never);
                break;
            case TransactionChanged changed:
                _transactions[changed.Next.Id] = changed.Next;
                _timeouts.Set(changed.Next.Id, changed.TimesOutAt);
                break;
            case WaitingChanged changed:
                SetWaiting(changed);
                break;
            case IdCheckAt check:
                _idCheckAt = check.At;
                break;
        }
    }

    private void SetWaiting(WaitingChanged changed)
    {
        if (changed.Waiting.Count == 0)
            _waiting.Remove(changed.Id);
        else
            _waiting[changed.Id] = changed.Waiting;

        _lapses.Set(changed.Id, changed.LapsesAt);
    }

    private void SendAway(string id, TransactionTurn turn)
    {
        var waiting = WaitingFor(id);
        var patient = waiting.Where(request => request.LapsesAt > turn.Now.ElapsedMs).ToList();
        foreach (var request in waiting.Except(patient))
            request.SendAway(turn.Decision, ErrorCode.ConcurrentTransactions);

        turn.Decision.Add(new WaitingChanged(id, patient, patient.Count == 0 ? Moment.Never : patient[0].LapsesAt));
    }

    private Decision ForgetIds(Moment now)
    {
        var decision = new Decision { MaySplit = true };
        foreach (var transaction in _transactions.Values.Where(transaction => IsForgotten(transaction, now)))
            decision.Add(TransactionRecords.Tombstone(transaction.Id));

        decision.Add(new IdCheckAt(now.ElapsedMs + settings.IdExpirationCheckIntervalMs));
        return decision;
    }

    private bool IsForgotten(Transaction transaction, Moment now) =>
        transaction.IsIdle && transaction.UpdatedAt + settings.IdExpirationMs <= now.UnixMs;
}
