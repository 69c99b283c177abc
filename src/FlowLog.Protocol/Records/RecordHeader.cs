namespace FlowLog.Protocol.Records;

/// <summary>A header to be written with a record.</summary>
/// <param name="Key">Its name; names may repeat.</param>
/// <param name="Value">Its value, or null.</param>
public readonly record struct RecordHeader(string Key, ReadOnlyMemory<byte>? Value);
