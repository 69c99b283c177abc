namespace FlowLog.Streams;

/// <summary>Chooses the topic of a record. The topic must exist.</summary>
/// <param name="key">Key; default where absent.</param>
/// <param name="value">Value; default where absent.</param>
/// <param name="record">Where the input record was read, and its time and headers.</param>
public delegate string TopicChooser<in K, in V>(K? key, V? value, in RecordInfo record);

/// <summary>The input record behind a record that is written.</summary>
/// <param name="Metadata">Where it was read; null inside a punctuation.</param>
/// <param name="TimestampMs">Its event time in milliseconds since 1970.</param>
/// <param name="Headers">Its headers.</param>
public readonly record struct RecordInfo(RecordMetadata? Metadata, long TimestampMs, Headers Headers);
