namespace FlowLog.Connect.Offsets;

/// <summary>What a connector or task is doing.</summary>
internal enum RunState
{
    Unassigned,
    Running,
    Paused,
    Stopped,
    Failed,
    Restarting,
}

/// <summary>The state of a connector or task as its owner last wrote it.</summary>
/// <param name="State">What it is doing.</param>
/// <param name="WorkerId">The owner: host and port of its REST interface.</param>
/// <param name="Generation">The group's generation when it was written.</param>
/// <param name="Trace">Why it failed.</param>
/// <param name="Version">The plugin's version.</param>
internal sealed record Status(RunState State, string WorkerId, int Generation, string? Trace = null, string? Version = null)
{
    /// <summary>Whether a source has read everything there ever will be. Ours: Kafka's sources have no end.</summary>
    public bool IsFinished { get; init; }
}

/// <summary>A topic that a connector has read or written.</summary>
internal sealed record TopicUse(string Topic, string Connector, int Task, long DiscoveredAt);
