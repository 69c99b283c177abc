namespace FlowLog.Broker.Log.Producers;

/// <summary>A transaction that a marker just ended.</summary>
/// <param name="ProducerId">Whose it was.</param>
/// <param name="FirstOffset">Its first record.</param>
/// <param name="LastOffset">Its marker.</param>
/// <param name="IsAborted">Whether its records must be hidden.</param>
/// <param name="LastStableOffset">The last stable offset once the marker is committed.</param>
internal readonly record struct CompletedTransaction(long ProducerId, long FirstOffset, long LastOffset, bool IsAborted, long LastStableOffset);
