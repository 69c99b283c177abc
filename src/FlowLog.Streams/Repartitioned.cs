using FlowLog.Client.Serialization;

namespace FlowLog.Streams;

/// <summary>How a stream is sent through a topic of its own.</summary>
public sealed record Repartitioned<K, V>
{
    /// <summary>Name of the topic between application id and "-repartition"; null generates one.</summary>
    public string? Name { get; init; }

    /// <summary>Number of partitions; null takes that of the source topics.</summary>
    public int? Partitions { get; init; }

    /// <summary>Serde of the keys; null inherits or finds one.</summary>
    public ISerde<K>? Key { get; init; }

    /// <summary>Serde of the values; null inherits or finds one.</summary>
    public ISerde<V>? Value { get; init; }

    /// <summary>Chooses partitions; null is Kafka's rule.</summary>
    public StreamPartitioner<K, V>? Partitioner { get; init; }
}
