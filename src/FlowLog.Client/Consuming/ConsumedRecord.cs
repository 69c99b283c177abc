using System.Text;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;

namespace FlowLog.Client.Consuming;

/// <summary>A record copied out of the buffers, to keep as long as one likes.</summary>
public sealed class ConsumedRecord
{
    /// <summary>Creates a record; tests of consuming code do.</summary>
    public ConsumedRecord(
        TopicPartition partition, long offset, long timestamp, TimestampType timestampType, int leaderEpoch, in RecordView view)
    {
        Partition = partition;
        Offset = offset;
        Timestamp = timestamp;
        TimestampType = timestampType;
        LeaderEpoch = leaderEpoch;

        // Key and value share one array.
        var bytes = new byte[view.Key.Span.Length + view.Value.Span.Length];
        view.Key.Span.CopyTo(bytes);
        view.Value.Span.CopyTo(bytes.AsSpan(view.Key.Span.Length));
        Key = view.Key.IsPresent ? bytes.AsMemory(0, view.Key.Span.Length) : default(ReadOnlyMemory<byte>?);
        Value = view.Value.IsPresent ? bytes.AsMemory(view.Key.Span.Length) : default(ReadOnlyMemory<byte>?);
        Headers = view.HasHeaders ? Decode(view.Headers) : [];
    }

    /// <summary>Where it lies.</summary>
    public TopicPartition Partition { get; }

    /// <summary>Topic of <see cref="Partition"/>.</summary>
    public string Topic => Partition.Topic;

    /// <summary>Its offset.</summary>
    public long Offset { get; }

    /// <summary>Milliseconds since 1970; -1 for none.</summary>
    public long Timestamp { get; }

    /// <summary>Who set the timestamp.</summary>
    public TimestampType TimestampType { get; }

    /// <summary>Epoch of the leader that appended it, or -1.</summary>
    public int LeaderEpoch { get; }

    /// <summary>The key, or null.</summary>
    public ReadOnlyMemory<byte>? Key { get; }

    /// <summary>The value, or null: a tombstone.</summary>
    public ReadOnlyMemory<byte>? Value { get; }

    /// <summary>The headers (KIP-82), in order.</summary>
    public IReadOnlyList<RecordHeader> Headers { get; }

    private static List<RecordHeader> Decode(RecordHeaderReader reader)
    {
        List<RecordHeader> headers = [];
        while (reader.MoveNext())
            headers.Add(new RecordHeader(Encoding.UTF8.GetString(reader.Key), reader.Value.IsPresent ? reader.Value.Span.ToArray().AsMemory() : default(ReadOnlyMemory<byte>?)));
        return headers;
    }
}
