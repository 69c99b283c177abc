namespace FlowLog.Broker.Log.Epochs;

/// <summary>A leader epoch and the offset at which its records start.</summary>
internal readonly record struct EpochEntry(int Epoch, long StartOffset);
