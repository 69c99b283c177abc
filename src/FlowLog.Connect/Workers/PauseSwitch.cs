namespace FlowLog.Connect.Workers;

/// <summary>Whether a task should rest: set from outside, looked at by the task's loop.</summary>
internal sealed class PauseSwitch(bool paused)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = NewSignal();
    private bool _paused = paused;

    public bool IsPaused
    {
        get
        {
            lock (_gate)
                return _paused;
        }
    }

    public void Set(bool paused)
    {
        TaskCompletionSource signal;
        lock (_gate)
        {
            if (_paused == paused)
                return;

            _paused = paused;
            signal = _changed;
            _changed = NewSignal();
        }

        signal.SetResult();
    }

    /// <summary>Completes when the switch stands on running.</summary>
    public async ValueTask WaitUntilRunningAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (!_paused)
                    return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
