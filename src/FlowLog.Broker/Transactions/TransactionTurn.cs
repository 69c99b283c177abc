using FlowLog.Broker.Coordination;

namespace FlowLog.Broker.Transactions;

/// <summary>What one decision about a transactional id is made with, and where its outcome is collected.</summary>
internal sealed record TransactionTurn(TransactionSettings Settings, Moment Now, Decision Decision)
{
    /// <summary>Writes that <paramref name="before"/> has become <paramref name="next"/>, at this time, and returns it as it was written.</summary>
    public Transaction Move(Transaction before, Transaction next)
    {
        var moved = next with { PreviousProducerId = before.ProducerId, UpdatedAt = Now.UnixMs };
        Decision.Add(TransactionRecords.Of(moved));
        Decision.Add(new TransactionChanged(moved, DeadlineOf(moved)));
        return moved;
    }

    /// <summary>When an open transaction times out, by the clock of deadlines.</summary>
    public long DeadlineOf(Transaction transaction) => transaction.Status == TransactionStatus.Ongoing
        ? Now.ElapsedMs + Math.Max(0, transaction.TimesOutAt - Now.UnixMs)
        : Moment.Never;
}
