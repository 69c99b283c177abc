namespace FlowLog.Client.Cluster;

/// <summary>What a coordinator is looked up for, by Kafka's numbers.</summary>
internal enum CoordinatorType : sbyte
{
    /// <summary>A group, by group id.</summary>
    Group = 0,

    /// <summary>Transactions, by transactional id.</summary>
    Transaction = 1,
}
