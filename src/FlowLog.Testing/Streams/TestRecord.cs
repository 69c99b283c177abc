using FlowLog.Streams;

namespace FlowLog.Testing.Streams;

/// <summary>A record of a topic in a test, in bytes.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Partition.</param>
/// <param name="Offset">Offset.</param>
/// <param name="Key">Key, or null.</param>
/// <param name="Value">Value, or null.</param>
/// <param name="TimestampMs">Timestamp in milliseconds since 1970.</param>
/// <param name="Headers">Headers.</param>
public sealed record TestRecord(string Topic, int Partition, long Offset, ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value, long TimestampMs, Headers Headers);

/// <summary>A record of a topic in a test, with its types.</summary>
/// <param name="Key">Key; default where absent.</param>
/// <param name="Value">Value; absent for a record without one.</param>
/// <param name="TimestampMs">Timestamp in milliseconds since 1970.</param>
/// <param name="Headers">Headers.</param>
public sealed record TestRecord<K, V>(K? Key, Maybe<V> Value, long TimestampMs, Headers Headers);
