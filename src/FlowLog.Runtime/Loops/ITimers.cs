namespace FlowLog.Runtime.Loops;

/// <summary>Many cheap one-shot timers. Thread-safe.</summary>
public interface ITimers
{
    /// <summary>
    /// Calls <paramref name="callback"/> once, not before <paramref name="delay"/> has passed (negative: at once), on a thread of the
    /// timers' choice: it must be short and must not block. An exception from it is logged and counted.
    /// </summary>
    ITimerHandle Schedule(TimeSpan delay, Action callback);
}

/// <summary>A scheduled call.</summary>
public interface ITimerHandle
{
    /// <summary>True when the callback will not run because of this call; false when it ran, runs or was cancelled before.</summary>
    bool Cancel();
}
