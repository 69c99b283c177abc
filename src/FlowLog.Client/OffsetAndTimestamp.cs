namespace FlowLog.Client;

/// <summary>Answer of a look-up by time or of a special offset.</summary>
/// <param name="Offset">Offset found.</param>
/// <param name="Timestamp">Timestamp of that record in milliseconds since 1970, or -1 when the look-up has none.</param>
/// <param name="LeaderEpoch">Epoch of that record, or null when unknown.</param>
public readonly record struct OffsetAndTimestamp(long Offset, long Timestamp, int? LeaderEpoch);
