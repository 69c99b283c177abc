using FlowLog.Protocol.Records;

namespace FlowLog.Streams.Processors;

/// <summary>A record as it was read, over memory of its queue.</summary>
internal readonly ref struct RawRecord(long offset, long timestampMs, NullableBytes key, NullableBytes value, Headers? headers)
{
    public long Offset { get; } = offset;

    /// <summary>As on the wire: -1 where there is none.</summary>
    public long TimestampMs { get; } = timestampMs;

    public NullableBytes Key { get; } = key;

    public NullableBytes Value { get; } = value;

    public Headers? Headers { get; } = headers;
}
