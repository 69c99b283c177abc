namespace FlowLog.Streams.Assignment;

/// <summary>Why a leader could not assign tasks, by Kafka's numbers.</summary>
internal enum AssignmentError
{
    None = 0,

    /// <summary>A source topic does not exist.</summary>
    MissingSourceTopics = 1,

    /// <summary>The leader does not know the version that a member speaks.</summary>
    VersionProbing = 2,

    /// <summary>Anything else; the leader's log says what.</summary>
    Failed = 3,

    /// <summary>A member asked all others to stop.</summary>
    ShutdownRequested = 4,
}
