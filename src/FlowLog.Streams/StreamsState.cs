namespace FlowLog.Streams;

/// <summary>What an application is doing.</summary>
public enum StreamsState
{
    /// <summary>Made, not started.</summary>
    Created,

    /// <summary>Tasks are being assigned or restored.</summary>
    Rebalancing,

    /// <summary>All tasks of this instance are processing.</summary>
    Running,

    /// <summary>Stopping.</summary>
    PendingShutdown,

    /// <summary>Stopped as asked.</summary>
    NotRunning,

    /// <summary>Stopping because of a failure.</summary>
    PendingError,

    /// <summary>Stopped because of a failure.</summary>
    Error,
}
