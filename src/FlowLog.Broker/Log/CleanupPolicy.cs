namespace FlowLog.Broker.Log;

/// <summary>What becomes of old records.</summary>
[Flags]
internal enum CleanupPolicy
{
    /// <summary>They stay.</summary>
    None = 0,

    /// <summary>Old segments go, by time and size.</summary>
    Delete = 1,

    /// <summary>Of every key the latest record stays.</summary>
    Compact = 2,
}
