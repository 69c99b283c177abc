namespace FlowLog.Broker.Groups.Classic;

/// <summary>The states of a classic group. Their names go over the wire.</summary>
internal enum ClassicState
{
    /// <summary>No members; perhaps offsets.</summary>
    Empty,

    /// <summary>Members are called to join, and whoever has joined waits.</summary>
    PreparingRebalance,

    /// <summary>Everyone has joined; the leader's assignment is awaited.</summary>
    CompletingRebalance,

    /// <summary>Everyone knows what to do.</summary>
    Stable,
}
