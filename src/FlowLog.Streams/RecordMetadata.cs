namespace FlowLog.Streams;

/// <summary>Where the record that is being processed was read.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Partition.</param>
/// <param name="Offset">Offset.</param>
public readonly record struct RecordMetadata(string Topic, int Partition, long Offset);
