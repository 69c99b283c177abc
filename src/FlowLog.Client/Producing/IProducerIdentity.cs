using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Producing;

/// <summary>
/// Under which producer id and epoch batches leave: under none, under an idempotent producer's, or under a transaction's. Asked by
/// the send loop only.
/// </summary>
internal interface IProducerIdentity
{
    /// <summary>Goes into produce requests; null without transactions.</summary>
    string? TransactionalId { get; }

    /// <summary>Highest version of Produce that fits how transactions are run; newer ones imply adding partitions.</summary>
    short HighestProduceVersion { get; }

    /// <summary>The identity, or false while it is being obtained; the loop is woken when it is there.</summary>
    bool TryGet(out ProducerIdAndEpoch identity);

    /// <summary>Whether batches of this partition may leave yet.</summary>
    bool MaySend(TopicPartition partition);

    /// <summary>Why nothing can be sent any more, or null.</summary>
    FlowLogException? Failure { get; }

    /// <summary>Why what has not been sent is not to be sent, or null: its transaction is being aborted.</summary>
    FlowLogException? Rejection { get; }

    /// <summary>What to do about an error that is about the identity or its sequence.</summary>
    SequenceProblem OnSequenceProblem(ErrorCode error);

    /// <summary>A batch was given up.</summary>
    void OnBatchFailed(ErrorCode error, string? reason);

    /// <summary>Takes a new epoch. Nothing is in flight.</summary>
    void StartEpoch();
}

/// <summary>Ways out of a sequence that the broker does not accept.</summary>
internal enum SequenceProblem
{
    /// <summary>The batch fails.</summary>
    Fail,

    /// <summary>The batch is sent again, under a new epoch.</summary>
    NewEpoch,
}
