namespace FlowLog.Simulation.Tests.Faults;

/// <summary>What may go wrong.</summary>
internal enum FaultKind
{
    /// <summary>The broker is killed while it waits.</summary>
    Kill,

    /// <summary>The broker is killed in the middle of its next uses of the disk.</summary>
    KillWithin,

    /// <summary>The broker's machine loses its power while it waits.</summary>
    PowerCut,

    /// <summary>The broker's machine loses its power in the middle of its next uses of the disk.</summary>
    PowerCutWithin,

    /// <summary>The broker is asked to stop, and started again.</summary>
    Stop,

    /// <summary>All connections between a client and the broker are reset.</summary>
    Reset,

    /// <summary>Nothing goes between a client and the broker for a while, in either direction.</summary>
    Cut,

    /// <summary>Nothing comes from the broker to a client for a while.</summary>
    CutAnswers,

    /// <summary>Syncs of the broker's disk take long for a while.</summary>
    SlowDisk,

    /// <summary>The broker's disk is full for a while.</summary>
    FullDisk,

    /// <summary>A client's process is killed, and started again.</summary>
    KillClient,
}
