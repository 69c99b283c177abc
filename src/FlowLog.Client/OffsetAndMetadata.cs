namespace FlowLog.Client;

/// <summary>A committed position: the offset of the <em>next</em> record to read, and what the application stored beside it.</summary>
/// <param name="Offset">Offset of the next record.</param>
/// <param name="Metadata">Free text, at most 4,096 bytes by the broker's default.</param>
/// <param name="LeaderEpoch">Epoch of the last record read (KIP-320), or null when unknown.</param>
public readonly record struct OffsetAndMetadata(long Offset, string Metadata = "", int? LeaderEpoch = null);
