namespace FlowLog.Broker.Log.Compaction;

/// <summary>A segment holds something that cannot be read: the log stays as it is.</summary>
internal sealed class UncleanableException(string message) : Exception(message);
