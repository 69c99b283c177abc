using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Transactions;

/// <summary>The producer id and epoch that somebody may use from now on, or why not.</summary>
internal sealed record ProducerGrant(ErrorCode Error, long ProducerId, short Epoch)
{
    /// <summary>Nothing was decided: the same again, please, with a producer id that nobody has.</summary>
    public static readonly ProducerGrant NeedsProducerId = new(ErrorCode.None, Transaction.NoProducer, Transaction.NoEpoch);

    public static ProducerGrant Refused(ErrorCode error) => new(error, Transaction.NoProducer, Transaction.NoEpoch);

    public static ProducerGrant Of(Transaction transaction) => new(ErrorCode.None, transaction.ProducerId, transaction.Epoch);
}
