using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Client.Cluster;

/// <summary>Turns the wire's answer into a picture of the cluster.</summary>
internal static class MetadataReading
{
    /// <summary>
    /// The picture after <paramref name="response"/>. A partition whose leader epoch went back keeps what was known: the answer
    /// comes from a broker that is behind.
    /// </summary>
    public static ClusterMetadata Apply(this ClusterMetadata former, MetadataResponse response) => new(
        response.ClusterId ?? former.ClusterId,
        response.ControllerId,
        response.Brokers.Select(broker => new BrokerMetadata(broker.NodeId, new BrokerAddress(broker.Host, broker.Port), broker.Rack)),
        response.Topics
            .Where(topic => topic.Name is not null && (topic.ErrorCode == ErrorCode.None || topic is { ErrorCode: ErrorCode.LeaderNotAvailable, Partitions.Count: > 0 }))
            .Select(topic => Read(topic, former.Topic(topic.Name!))));

    /// <summary>Errors of topics that are not in the picture, by name.</summary>
    public static Dictionary<string, ErrorCode> Errors(MetadataResponse response) => response.Topics
        .Where(topic => topic.Name is not null && topic.ErrorCode != ErrorCode.None)
        .ToDictionary(topic => topic.Name!, topic => topic.ErrorCode, StringComparer.Ordinal);

    private static TopicMetadata Read(MetadataResponse.MetadataResponseTopic topic, TopicMetadata? former)
    {
        var known = former is not null && former.TopicId == topic.TopicId ? former.Partitions : [];
        return new TopicMetadata(topic.Name!, topic.TopicId, topic.IsInternal,
            [.. topic.Partitions.OrderBy(partition => partition.PartitionIndex).Select(partition => Newer(Read(partition), known))]);
    }

    private static PartitionMetadata Newer(PartitionMetadata told, IReadOnlyList<PartitionMetadata> known) =>
        told.Partition < known.Count && told.LeaderEpoch >= 0 && known[told.Partition].LeaderEpoch > told.LeaderEpoch ? known[told.Partition] : told;

    private static PartitionMetadata Read(MetadataResponse.MetadataResponsePartition partition) => new(
        partition.PartitionIndex, partition.LeaderId, partition.LeaderEpoch, partition.ReplicaNodes, partition.IsrNodes, partition.OfflineReplicas);
}
