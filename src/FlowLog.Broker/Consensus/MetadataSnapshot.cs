using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Consensus;

/// <summary>Which part of the metadata log a snapshot stands for.</summary>
/// <param name="EndOffset">Everything below it.</param>
/// <param name="Epoch">The leader epoch of the last record below it.</param>
internal readonly record struct SnapshotId(long EndOffset, int Epoch);

/// <summary>A snapshot that was read.</summary>
/// <param name="Id">What it stands for.</param>
/// <param name="Records">All metadata as of then.</param>
/// <param name="Timestamp">The timestamp of the last record that it stands for, in milliseconds since 1970.</param>
internal sealed record MetadataSnapshot(SnapshotId Id, IReadOnlyList<IMetadataRecord> Records, long Timestamp);
