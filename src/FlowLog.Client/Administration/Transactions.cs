using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Administration;

/// <summary>A transactional id in a list.</summary>
public sealed record TransactionListing(string TransactionalId, long ProducerId, string State);

/// <summary>State of a transactional id.</summary>
/// <param name="TransactionalId">The id.</param>
/// <param name="State">Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, CompleteAbort, Dead.</param>
/// <param name="ProducerId">Producer that has it.</param>
/// <param name="ProducerEpoch">Its epoch.</param>
/// <param name="Timeout">After which the coordinator aborts.</param>
/// <param name="StartTime">When the open transaction began, or null.</param>
/// <param name="Partitions">Partitions of the open transaction.</param>
/// <param name="CoordinatorId">Node id of its coordinator.</param>
public sealed record TransactionDescription(
    string TransactionalId, string State, long ProducerId, short ProducerEpoch, TimeSpan Timeout, DateTimeOffset? StartTime,
    IReadOnlyList<TopicPartition> Partitions, int CoordinatorId);

/// <summary>A producer as a partition remembers it.</summary>
/// <param name="ProducerId">Its id.</param>
/// <param name="ProducerEpoch">Its epoch.</param>
/// <param name="LastSequence">Of its last record.</param>
/// <param name="LastTimestamp">Milliseconds since 1970 of its last batch.</param>
/// <param name="CoordinatorEpoch">Of the coordinator that last ended a transaction here, or -1.</param>
/// <param name="TransactionStart">First offset of its open transaction here, or null.</param>
public sealed record ActiveProducer(
    long ProducerId, int ProducerEpoch, int LastSequence, long LastTimestamp, int CoordinatorEpoch, long? TransactionStart);
