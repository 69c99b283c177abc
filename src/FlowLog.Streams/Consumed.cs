using FlowLog.Client.Serialization;

namespace FlowLog.Streams;

/// <summary>How a topic is read.</summary>
public sealed record Consumed<K, V>
{
    /// <summary>Serde of the keys; null finds one by type.</summary>
    public ISerde<K>? Key { get; init; }

    /// <summary>Serde of the values; null finds one by type.</summary>
    public ISerde<V>? Value { get; init; }

    /// <summary>Tells the event time of records; null takes the application's <see cref="TimestampPolicy"/>.</summary>
    public TimestampExtractor<K, V>? Timestamps { get; init; }

    /// <summary>Where to begin without a committed position; null takes the application's default.</summary>
    public OffsetReset? Reset { get; init; }

    /// <summary>Name of the source node; null generates one.</summary>
    public string? Name { get; init; }
}
