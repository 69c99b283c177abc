using FlowLog.Broker.Java;

namespace FlowLog.Broker.Coordination;

/// <summary>Which partition of an internal topic coordinates a group or a transactional id.</summary>
internal static class CoordinatorKeys
{
    public const string OffsetsTopic = "__consumer_offsets";
    public const string TransactionsTopic = "__transaction_state";

    /// <summary>
    /// Kafka's rule: the absolute value of the key's hash, 0 for the one that has none. It must be the same
    /// everywhere and for ever, because the partition of a key is where its past was written.
    /// </summary>
    public static int PartitionFor(string key, int partitions)
    {
        var hash = JavaHash.Of(key);
        return hash == int.MinValue ? 0 : Math.Abs(hash) % partitions;
    }
}
