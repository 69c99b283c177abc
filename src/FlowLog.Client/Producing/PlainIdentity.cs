using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Producing;

/// <summary>No identity: repeats may store records twice.</summary>
internal sealed class PlainIdentity : IProducerIdentity
{
    public string? TransactionalId => null;

    public short HighestProduceVersion => short.MaxValue;

    public FlowLogException? Failure => null;

    public FlowLogException? Rejection => null;

    public bool TryGet(out ProducerIdAndEpoch identity)
    {
        identity = ProducerBatch.NoIdentity;
        return true;
    }

    public bool MaySend(TopicPartition partition) => true;

    public SequenceProblem OnSequenceProblem(ErrorCode error) => SequenceProblem.Fail;

    public void OnBatchFailed(ErrorCode error, string? reason)
    {
    }

    public void StartEpoch()
    {
    }
}
