using FlowLog.Protocol.Records;

namespace FlowLog.Client.Producing;

/// <summary>
/// A record to be sent, as spans over the caller's memory: the producer has copied everything before the call returns.
/// A key or value that is not set is null on the wire; one set to an empty span is empty.
/// </summary>
public readonly ref struct OutgoingRecord(string topic)
{
    /// <summary>Topic to send to.</summary>
    public string Topic { get; } = topic;

    /// <summary>Partition to send to; by default the partitioner chooses.</summary>
    public int? Partition { get; init; }

    /// <summary>The key, or null.</summary>
    public NullableBytes Key { get; init; }

    /// <summary>The value, or null: a tombstone on a compacted topic.</summary>
    public NullableBytes Value { get; init; }

    /// <summary>Milliseconds since 1970; by default the producer's clock at the call.</summary>
    public long? Timestamp { get; init; }

    /// <summary>Headers (KIP-82), written in this order.</summary>
    public ReadOnlySpan<RecordHeader> Headers { get; init; }

    /// <summary>
    /// Headers of a consumed record as they lie on the wire (<see cref="RecordView.HeaderSection"/>), passed on without
    /// decoding. Only looked at when <see cref="Headers"/> is empty.
    /// </summary>
    public ReadOnlySpan<byte> HeaderSection { get; init; }
}
