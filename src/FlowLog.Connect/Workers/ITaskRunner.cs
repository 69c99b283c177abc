namespace FlowLog.Connect.Workers;

/// <summary>One run of a task.</summary>
internal interface ITaskRunner
{
    ConnectorTaskId Id { get; }

    /// <summary>
    /// Runs until <paramref name="stop"/> fires, the task fails or its source ends. After the stop it finishes what it has begun, and gives
    /// that up when <paramref name="abandon"/> fires.
    /// </summary>
    Task RunAsync(CancellationToken stop, CancellationToken abandon);

    /// <summary>Lets the task rest or go on; may be called at any time.</summary>
    void SetPaused(bool paused);
}
