using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Transactions;

/// <summary>What the coordinator said, in the words that clients of other APIs understand. Each knows only the errors of its time.</summary>
internal static class TransactionErrors
{
    private const short ProduceKnowsAbortable = 11;
    private const short ProduceKnowsConcurrent = 12;
    private const short OffsetsKnowAbortable = 4;
    private const short OffsetsKnowConcurrent = 5;

    /// <summary>For Produce. Whatever may heal becomes an error at which every producer tries again.</summary>
    public static ErrorCode ForProducer(ErrorCode error, short version) => error switch
    {
        ErrorCode.ConcurrentTransactions when version < ProduceKnowsConcurrent => ErrorCode.NotEnoughReplicas,
        ErrorCode.CoordinatorLoadInProgress or ErrorCode.CoordinatorNotAvailable or ErrorCode.NotCoordinator => ErrorCode.NotEnoughReplicas,
        _ => ForPartition(error, version >= ProduceKnowsAbortable),
    };

    /// <summary>For TxnOffsetCommit.</summary>
    public static ErrorCode ForOffsets(ErrorCode error, short version) => error switch
    {
        ErrorCode.ConcurrentTransactions when version < OffsetsKnowConcurrent => ErrorCode.CoordinatorNotAvailable,
        ErrorCode.NotCoordinator => ErrorCode.CoordinatorNotAvailable,
        _ => ForPartition(error, version >= OffsetsKnowAbortable),
    };

    private static ErrorCode ForPartition(ErrorCode error, bool knowsAbortable) => error switch
    {
        ErrorCode.ProducerFenced => ErrorCode.InvalidProducerEpoch,
        ErrorCode.TransactionAbortable when !knowsAbortable => ErrorCode.InvalidTxnState,
        _ => error,
    };
}
