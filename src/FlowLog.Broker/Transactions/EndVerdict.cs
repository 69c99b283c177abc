using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Transactions;

/// <summary>Whether a transaction may be ended: it ends, or it is answered with an error, or with what it is already (no error).</summary>
internal readonly record struct EndVerdict(bool Ends, ErrorCode Error)
{
    private static EndVerdict End => new(true, ErrorCode.None);

    private static EndVerdict Already => new(false, ErrorCode.None);

    public static EndVerdict Refuse(ErrorCode error) => new(false, error);

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

        return current.IsEnding ? Refuse(ErrorCode.ConcurrentTransactions) : Already;
    }

    /// <summary>For a producer that gets a new epoch with every end: a repeated wish carries the epoch before, so it is never taken for the next one (KIP-890).</summary>
    public static EndVerdict OfBumping(Transaction current, EndClaim claim)
    {
        var isRepeatedAcrossIds = current.PreviousProducerId == claim.Producer.Id && claim.Producer.Epoch == Transaction.LastEpoch && current.Epoch == 0;
        var isRepeated = isRepeatedAcrossIds || (current.BumpsEpochs && current.Epoch == claim.Producer.Epoch + 1);
        if (current.ProducerId != claim.Producer.Id && !isRepeatedAcrossIds)
            return Refuse(ErrorCode.InvalidProducerIdMapping);

        var isCurrent = current.Epoch == claim.Producer.Epoch;
        return current.Status switch
        {
            TransactionStatus.Ongoing => isCurrent ? End : Refuse(ErrorCode.ProducerFenced),
            TransactionStatus.PrepareCommit or TransactionStatus.PrepareAbort when !isRepeated => Refuse(ErrorCode.ProducerFenced),
            TransactionStatus.PrepareCommit or TransactionStatus.PrepareAbort =>
                Refuse(current.IsCommitted == claim.Commits ? ErrorCode.ConcurrentTransactions : ErrorCode.InvalidTxnState),
            TransactionStatus.CompleteCommit or TransactionStatus.CompleteAbort when isRepeated =>
                current.IsCommitted == claim.Commits ? Already : Refuse(ErrorCode.InvalidTxnState),
            _ when !isCurrent => Refuse(ErrorCode.ProducerFenced),

            // Nothing was added. A producer that gives up may not know that, and needs its next epoch anyway.
            _ => claim.Commits ? Refuse(ErrorCode.InvalidTxnState) : End,
        };
    }
}
