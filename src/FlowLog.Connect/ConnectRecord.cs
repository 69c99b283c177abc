using FlowLog.Connect.Data;

namespace FlowLog.Connect;

/// <summary>A record on its way through Connect. Transforms change it with <c>record with { … }</c>, which keeps everything they do not name.</summary>
public abstract record ConnectRecord
{
    /// <summary>The topic it goes to or comes from.</summary>
    public required string Topic { get; init; }

    /// <summary>The partition; null lets the producer choose by the key.</summary>
    public int? Partition { get; init; }

    /// <summary>Null when the key has no schema.</summary>
    public Schema? KeySchema { get; init; }

    /// <summary>The key, null for none.</summary>
    public object? Key { get; init; }

    /// <summary>Null when the value has no schema.</summary>
    public Schema? ValueSchema { get; init; }

    /// <summary>The value; null for a tombstone.</summary>
    public object? Value { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC; null lets the producer or broker choose.</summary>
    public long? Timestamp { get; init; }

    /// <summary>What travels beside it.</summary>
    public ConnectHeaders Headers { get; init; } = ConnectHeaders.Empty;
}

/// <summary>A record that a source read, not yet in Kafka. Where the source stands afterwards is said by its <see cref="SourceBatch"/>.</summary>
public sealed record SourceRecord : ConnectRecord;

/// <summary>A record from Kafka, on its way to a sink.</summary>
public sealed record SinkRecord : ConnectRecord
{
    /// <summary>Its offset within the partition it came from.</summary>
    public required long Offset { get; init; }

    /// <summary>Whether the timestamp was set when the record was made or when the broker appended it.</summary>
    public bool TimestampIsAppendTime { get; init; }

    /// <summary>The topic as consumed, whatever transforms did; offsets are tracked by this.</summary>
    public required string OriginalTopic { get; init; }

    /// <summary>The partition as consumed, whatever transforms did.</summary>
    public required int OriginalPartition { get; init; }

    /// <summary>The record as consumed, for the dead letter queue; null for records that a connector made itself.</summary>
    internal ConsumedBytes? Consumed { get; init; }
}

/// <summary>The bytes of a record as they came from Kafka.</summary>
internal sealed record ConsumedBytes(ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value, IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>?>> Headers);
