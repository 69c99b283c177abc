using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Transactions;

/// <summary>Partitions of a transaction that somebody wants to write to.</summary>
/// <param name="TransactionalId">The transactional id.</param>
/// <param name="Producer">Who says to own it.</param>
/// <param name="Partitions">The partitions.</param>
/// <param name="ClientProtocol">0, or 2 for a producer whose epoch grows with every transaction.</param>
internal sealed record PartitionsClaim(string TransactionalId, ProducerIdAndEpoch Producer, IReadOnlyList<TopicPartition> Partitions, short ClientProtocol);

/// <summary>One error for each partition of a <see cref="PartitionsClaim"/>, in its order.</summary>
internal sealed record PartitionVerdicts(IReadOnlyList<ErrorCode> Errors)
{
    public static PartitionVerdicts All(PartitionsClaim claim, ErrorCode error) => new([.. Enumerable.Repeat(error, claim.Partitions.Count)]);
}

/// <summary>AddPartitionsToTxn, AddOffsetsToTxn, and what partitions ask before they let the first batch of a transaction in.</summary>
internal static class TransactionPartitions
{
    /// <summary>Adds partitions: the transaction is open, and they are in it, before anything is written to them.</summary>
    public static Decision Add(TransactionShard shard, PartitionsClaim claim, Ticket<PartitionVerdicts> ticket, Moment now)
    {
        var turn = shard.Turn(now);
        var current = shard.Find(claim.TransactionalId);
        var error = Check(current, claim);
        if (error == ErrorCode.ConcurrentTransactions)
            shard.Wait(turn, current!.Id, ticket, refusal => PartitionVerdicts.All(claim, refusal), (ended, later) => Add(ended, claim, ticket, later));
        else if (error != ErrorCode.None)
            turn.Decision.Answer(ticket, PartitionVerdicts.All(claim, error));
        else
            Add(current!, claim, ticket, turn);

        return turn.Decision;
    }

    /// <summary>Says which partitions are in the open transaction, and changes nothing.</summary>
    public static Decision Verify(TransactionShard shard, PartitionsClaim claim, Ticket<PartitionVerdicts> ticket)
    {
        var decision = new Decision();
        var current = shard.Find(claim.TransactionalId);
        var error = Check(current, claim);
        decision.Answer(ticket, error != ErrorCode.None
            ? PartitionVerdicts.All(claim, error)
            : new PartitionVerdicts([.. claim.Partitions.Select(partition => current!.Partitions.Contains(partition) ? ErrorCode.None : ErrorCode.TransactionAbortable)]));
        return decision;
    }

    private static Transaction Add(Transaction current, PartitionsClaim claim, Ticket<PartitionVerdicts> ticket, TransactionTurn turn)
    {
        var error = Check(current, claim);
        turn.Decision.Answer(ticket, PartitionVerdicts.All(claim, error));
        if (error != ErrorCode.None)
            return current;

        var isOpen = current.Status == TransactionStatus.Ongoing;
        if (isOpen && claim.Partitions.All(current.Partitions.Contains))
            return current;

        return turn.Move(current, current with
        {
            Status = TransactionStatus.Ongoing,
            Partitions = current.Partitions.Union(claim.Partitions),
            StartedAt = isOpen ? current.StartedAt : turn.Now.UnixMs,
            ClientProtocol = claim.ClientProtocol,
        });
    }

    private static ErrorCode Check(Transaction? current, PartitionsClaim claim)
    {
        if (current is null || current.ProducerId != claim.Producer.Id)
            return current is { IsEnding: true } && current.NextProducerId == claim.Producer.Id ? ErrorCode.ConcurrentTransactions : ErrorCode.InvalidProducerIdMapping;

        if (current.Epoch != claim.Producer.Epoch)
            return ErrorCode.ProducerFenced;

        return current.IsEnding ? ErrorCode.ConcurrentTransactions : ErrorCode.None;
    }
}
