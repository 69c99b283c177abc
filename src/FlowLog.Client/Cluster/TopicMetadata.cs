namespace FlowLog.Client.Cluster;

/// <summary>A topic as last heard from the cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="TopicId">Changes when a topic is deleted and created again; empty when the broker does not tell.</param>
/// <param name="IsInternal">True for the cluster's own topics, such as <c>__consumer_offsets</c>.</param>
/// <param name="Partitions">By index, complete.</param>
public sealed record TopicMetadata(string Name, Guid TopicId, bool IsInternal, IReadOnlyList<PartitionMetadata> Partitions);
