using FlowLog.Client.Serialization;

namespace FlowLog.Streams;

/// <summary>How a topic is written.</summary>
public sealed record Produced<K, V>
{
    /// <summary>Serde of the keys; null inherits or finds one.</summary>
    public ISerde<K>? Key { get; init; }

    /// <summary>Serde of the values; null inherits or finds one.</summary>
    public ISerde<V>? Value { get; init; }

    /// <summary>Chooses partitions; null is Kafka's rule: murmur2 over the key's bytes.</summary>
    public StreamPartitioner<K, V>? Partitioner { get; init; }

    /// <summary>Name of the sink node; null generates one.</summary>
    public string? Name { get; init; }
}
