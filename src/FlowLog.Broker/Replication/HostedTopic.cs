namespace FlowLog.Broker.Replication;

/// <summary>The partitions of one topic that this broker leads. Immutable.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Id">Its id.</param>
/// <param name="Leaders">By partition number; null where another broker leads.</param>
internal sealed record HostedTopic(string Name, Guid Id, IReadOnlyList<PartitionLeader?> Leaders)
{
    /// <summary>The partition of that number, null when it is not led here.</summary>
    public PartitionLeader? this[int partition] => partition >= 0 && partition < Leaders.Count ? Leaders[partition] : null;
}
