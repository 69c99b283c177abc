using System.Collections.Frozen;
using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Cluster;

/// <summary>An immutable picture of the cluster: as much of it as the client has asked for.</summary>
public sealed class ClusterMetadata
{
    /// <summary>Knows nothing.</summary>
    public static ClusterMetadata Empty { get; } = new(null, -1, [], []);

    private readonly FrozenDictionary<string, TopicMetadata> _topics;
    private readonly FrozenDictionary<Guid, string> _namesById;
    private readonly FrozenDictionary<int, BrokerMetadata> _brokers;

    /// <summary>Creates a picture; assignors are tested with such.</summary>
    public ClusterMetadata(string? clusterId, int controllerId, IEnumerable<BrokerMetadata> brokers, IEnumerable<TopicMetadata> topics)
    {
        ClusterId = clusterId;
        ControllerId = controllerId;
        _brokers = brokers.ToFrozenDictionary(broker => broker.NodeId);
        _topics = topics.ToFrozenDictionary(topic => topic.Name, StringComparer.Ordinal);
        _namesById = _topics.Values.Where(topic => topic.TopicId != Guid.Empty).ToFrozenDictionary(topic => topic.TopicId, topic => topic.Name);
    }

    /// <summary>The cluster's id, or null before the first answer.</summary>
    public string? ClusterId { get; }

    /// <summary>Node id of the broker that takes administrative requests, or -1.</summary>
    public int ControllerId { get; }

    /// <summary>All live brokers.</summary>
    public IReadOnlyCollection<BrokerMetadata> Brokers => _brokers.Values;

    /// <summary>The topics the client knows of.</summary>
    public IReadOnlyCollection<TopicMetadata> Topics => _topics.Values;

    /// <summary>The topic, or null when it is unknown.</summary>
    public TopicMetadata? Topic(string name) => _topics.GetValueOrDefault(name);

    /// <summary>The topic's name, or null when the id is unknown.</summary>
    public string? NameOf(Guid topicId) => _namesById.GetValueOrDefault(topicId);

    /// <summary>The partition, or null when it is unknown.</summary>
    public PartitionMetadata? Partition(TopicPartition partition) =>
        Topic(partition.Topic) is { } topic && (uint)partition.Partition < (uint)topic.Partitions.Count ? topic.Partitions[partition.Partition] : null;

    /// <summary>The broker, or null when it is unknown.</summary>
    public BrokerMetadata? Broker(int nodeId) => _brokers.GetValueOrDefault(nodeId);
}
