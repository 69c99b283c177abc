namespace FlowLog.Streams;

/// <summary>A row with the time of the record that changed it last, in milliseconds since 1970.</summary>
/// <param name="Value">The row.</param>
/// <param name="TimestampMs">Its time.</param>
public readonly record struct ValueAndTimestamp<V>(V Value, long TimestampMs);
