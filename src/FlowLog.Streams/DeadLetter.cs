namespace FlowLog.Streams;

/// <summary>A record for a dead-letter topic, in bytes.</summary>
/// <param name="Topic">Topic; it must exist.</param>
/// <param name="Key">Key, or null.</param>
/// <param name="Value">Value, or null.</param>
/// <param name="TimestampMs">Event time in milliseconds since 1970.</param>
/// <param name="Headers">Headers, or null for none.</param>
public sealed record DeadLetter(string Topic, ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value, long TimestampMs, Headers? Headers = null);
