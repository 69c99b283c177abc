using FlowLog.Protocol.Records;

namespace FlowLog.Client.Producing;

/// <summary>A record copied to the heap, because its sender waits for room.</summary>
internal sealed class HeldRecord
{
    private readonly string _topic;
    private readonly int? _partition;
    private readonly byte[]? _key;
    private readonly byte[]? _value;
    private readonly long? _timestamp;
    private readonly RecordHeader[] _headers;
    private readonly byte[] _headerSection;

    public HeldRecord(in OutgoingRecord record)
    {
        (_topic, _partition, _timestamp) = (record.Topic, record.Partition, record.Timestamp);
        (_key, _value) = (record.Key.ToArray(), record.Value.ToArray());
        (_headers, _headerSection) = (record.Headers.ToArray(), record.HeaderSection.ToArray());
    }

    public string Topic => _topic;

    public OutgoingRecord Record => new(_topic)
    {
        Partition = _partition,
        Key = _key,
        Value = _value,
        Timestamp = _timestamp,
        Headers = _headers,
        HeaderSection = _headerSection,
    };
}
