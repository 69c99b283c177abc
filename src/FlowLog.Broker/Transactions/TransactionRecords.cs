using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Transactions;

/// <summary>Transactional ids as records, in the form of Apache Kafka.</summary>
internal static class TransactionRecords
{
    /// <summary>The version that knows producers whose epochs are used up, and the client's protocol.</summary>
    private const short ValueVersion = 1;

    public static CoordinatorRecord Of(Transaction transaction) => new(Key(transaction.Id), Value(transaction), ValueVersion);

    public static CoordinatorRecord Tombstone(string id) => CoordinatorRecord.Tombstone(Key(id));

    public static Transaction FromRecord(string id, TransactionLogValue value) => new(id, value.ProducerId)
    {
        PreviousProducerId = value.PreviousProducerId,
        NextProducerId = value.NextProducerId,
        Epoch = value.ProducerEpoch,
        TimeoutMs = value.TransactionTimeoutMs,
        Status = (TransactionStatus)value.TransactionStatus,
        Partitions = [.. (value.TransactionPartitions ?? []).SelectMany(topic => topic.PartitionIds.Select(partition => new TopicPartition(topic.Topic, partition)))],
        StartedAt = value.TransactionStartTimestampMs,
        UpdatedAt = value.TransactionLastUpdateTimestampMs,
        ClientProtocol = value.ClientTransactionVersion,
    };

    private static TransactionLogKey Key(string id) => new() { TransactionalId = id };

    private static TransactionLogValue Value(Transaction transaction) => new()
    {
        ProducerId = transaction.ProducerId,
        PreviousProducerId = transaction.PreviousProducerId,
        NextProducerId = transaction.NextProducerId,
        ProducerEpoch = transaction.Epoch,
        TransactionTimeoutMs = transaction.TimeoutMs,
        TransactionStatus = (sbyte)transaction.Status,
        TransactionPartitions = transaction.Status == TransactionStatus.Empty ? null : Partitions(transaction),
        TransactionLastUpdateTimestampMs = transaction.UpdatedAt,
        TransactionStartTimestampMs = transaction.StartedAt,
        ClientTransactionVersion = transaction.ClientProtocol,
    };

    private static List<TransactionLogValue.PartitionsSchema> Partitions(Transaction transaction) =>
    [
        .. transaction.Partitions
            .GroupBy(partition => partition.Topic, StringComparer.Ordinal)
            .OrderBy(topic => topic.Key, StringComparer.Ordinal)
            .Select(topic => new TransactionLogValue.PartitionsSchema
            {
                Topic = topic.Key,
                PartitionIds = [.. topic.Select(partition => partition.Partition).Order()],
            }),
    ];
}
