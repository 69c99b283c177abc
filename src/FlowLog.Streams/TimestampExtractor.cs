namespace FlowLog.Streams;

/// <summary>Tells the event time of a record, in milliseconds since 1970; a negative answer drops it. Called once for each record, in order.</summary>
/// <param name="record">The record as read, with the timestamp of the wire, which may be negative.</param>
/// <param name="partitionTimeMs">Largest event time seen in its partition; -1 before the first. Survives restarts.</param>
public delegate long TimestampExtractor<K, V>(in SourceRecord<K, V> record, long partitionTimeMs);

/// <summary>A record as it came from its topic, before its event time is known.</summary>
/// <param name="Key">Key; default where absent.</param>
/// <param name="Value">Value; default where absent.</param>
/// <param name="TimestampMs">Timestamp of the wire, -1 for none.</param>
/// <param name="Metadata">Where it was read.</param>
/// <param name="Headers">Its headers.</param>
public readonly record struct SourceRecord<K, V>(K? Key, V? Value, long TimestampMs, RecordMetadata Metadata, Headers Headers);
