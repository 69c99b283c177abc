using FlowLog.Protocol.Records;
using FlowLog.Streams;
using FlowLog.Streams.Changelog;

namespace FlowLog.Testing.Streams;

/// <summary>The topics of a test: everything in memory, one partition each.</summary>
internal sealed class TestLog : IRecordOutput
{
    private readonly Dictionary<string, List<TestRecord>> _topics = new(StringComparer.Ordinal);

    /// <summary>Told of each record as it is appended.</summary>
    public Action<TestRecord>? Appended { get; set; }

    public IReadOnlyCollection<string> Topics => _topics.Keys;

    public IReadOnlyList<TestRecord> this[string topic] => _topics.TryGetValue(topic, out var records) ? records : [];

    public int PartitionCount(string topic) => 1;

    public void Send(string topic, int? partition, NullableBytes key, NullableBytes value, long timestampMs, Headers? headers, in SendOrigin from)
    {
        if (partition is { } chosen && chosen != 0)
            throw new StreamsException($"Partition {chosen} of topic '{topic}' does not exist: topics of a test have one partition.");

        Append(topic, key, value, timestampMs, headers ?? new Headers());
    }

    public TestRecord Append(string topic, NullableBytes key, NullableBytes value, long timestampMs, Headers headers)
    {
        if (!_topics.TryGetValue(topic, out var records))
            _topics[topic] = records = [];

        var record = new TestRecord(topic, 0, records.Count, Copy(key), Copy(value), timestampMs, headers.Copy());
        records.Add(record);
        Appended?.Invoke(record);
        return record;
    }

    private static ReadOnlyMemory<byte>? Copy(NullableBytes bytes) => bytes.IsPresent ? (ReadOnlyMemory<byte>?)bytes.Span.ToArray() : null;
}
