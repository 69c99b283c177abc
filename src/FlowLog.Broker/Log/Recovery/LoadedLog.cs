using FlowLog.Broker.Log.Epochs;
using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Log.Segments;

namespace FlowLog.Broker.Log.Recovery;

/// <summary>A log as it was found, sound up to its end.</summary>
internal sealed record LoadedLog(SegmentList Segments, LeaderEpochs Epochs, ProducerStates Producers, long LogStartOffset, long SnapshotOffset, bool WasChecked, bool WasCut)
{
    public long LogEndOffset => Segments.Active.NextOffset;
}
