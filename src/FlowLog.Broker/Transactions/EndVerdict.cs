using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Transactions;

/// <summary>
/// Whether a transaction may be ended: it ends, or that cannot be said before the one that is ending has ended, or it is answered with an error, or with
/// what it is already (no error).
/// </summary>
internal readonly record struct EndVerdict(bool Ends, bool Waits, ErrorCode Error)
{
    private static EndVerdict End => new(true, false, ErrorCode.None);

    private static EndVerdict Already => new(false, false, ErrorCode.None);

    private static EndVerdict Wait => new(false, true, ErrorCode.ConcurrentTransactions);

    public static EndVerdict Refuse(ErrorCode error) => new(false, false, error);

    /// <summary>For a producer that keeps its epoch. That a repeated wish is one cannot be known for sure; it is taken for one if the outcome is the same.</summary>
    public static EndVerdict OfKeeping(Transaction current, EndClaim claim)
    {
        if (current.ProducerId != claim.Producer.Id)
            return Refuse(ErrorCode.InvalidProducerIdMapping);

        if (current.Epoch != claim.Producer.Epoch)
            return Refuse(ErrorCode.ProducerFenced);

        if (current.Status == TransactionStatus.Ongoing)
            return End;

        if (current.Status == TransactionStatus.Empty || current.IsCommitted != claim.Commits)
            return Refuse(ErrorCode.InvalidTxnState);

        return current.IsEnding ? Wait : Already;
    }

    /// <summary>For a producer that gets a new epoch with every end: a repeated wish carries the epoch before, so it is never taken for the next one (KIP-890).</summary>
    public static EndVerdict OfBumping(Transaction current, EndClaim claim)
    {
        var isRepeatedAcrossIds = current.PreviousProducerId == claim.Producer.Id && claim.Producer.Epoch == Transaction.LastEpoch && current.Epoch == 0;
        var isGiven = current.Epoch <= Transaction.LastEpoch || current.NextProducerId >= 0;
        var isRepeated = isRepeatedAcrossIds || (current.BumpsEpochs && isGiven && current.Epoch == claim.Producer.Epoch + 1);
        if (current.IsEnding && current.NextProducerId == claim.Producer.Id)
            return Wait;

        if (current.ProducerId != claim.Producer.Id && !isRepeatedAcrossIds)
            return Refuse(ErrorCode.InvalidProducerIdMapping);

        var isCurrent = current.Epoch == claim.Producer.Epoch;
        return current.Status switch
        {
            TransactionStatus.Ongoing => isCurrent ? End : Refuse(ErrorCode.ProducerFenced),

            // With the epoch that this end has given, the next transaction is meant already.
            TransactionStatus.PrepareCommit or TransactionStatus.PrepareAbort when isCurrent => Wait,
            TransactionStatus.PrepareCommit or TransactionStatus.PrepareAbort when !isRepeated => Refuse(ErrorCode.ProducerFenced),
            TransactionStatus.PrepareCommit or TransactionStatus.PrepareAbort => current.IsCommitted == claim.Commits ? Wait : Refuse(ErrorCode.InvalidTxnState),
            TransactionStatus.CompleteCommit or TransactionStatus.CompleteAbort when isRepeated =>
                current.IsCommitted == claim.Commits ? Already : Refuse(ErrorCode.InvalidTxnState),
            _ when !isCurrent => Refuse(ErrorCode.ProducerFenced),

            // Nothing was added. A producer that gives up may not know that, and needs its next epoch anyway.
            _ => claim.Commits ? Refuse(ErrorCode.InvalidTxnState) : End,
        };
    }
}
