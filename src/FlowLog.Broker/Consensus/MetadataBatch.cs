using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Consensus;

/// <summary>Records of the metadata log that take effect together.</summary>
/// <param name="Records">The records; none for what the quorum writes for itself.</param>
/// <param name="LastOffset">The offset of the last of them.</param>
/// <param name="Epoch">The epoch of the leader that wrote them.</param>
internal readonly record struct MetadataBatch(IReadOnlyList<IMetadataRecord> Records, long LastOffset, int Epoch);
