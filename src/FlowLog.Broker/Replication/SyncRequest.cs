namespace FlowLog.Broker.Replication;

/// <summary>Whether a partition waits for a sync, so that it is queued once, and synced by one worker at a time. Thread-safe.</summary>
internal sealed class SyncRequest
{
    private const int Idle = 0;
    private const int Queued = 1;
    private const int Running = 2;
    private const int RunningAndAskedAgain = 3;

    private int _state;

    /// <summary>Something was appended. True when the caller must queue the partition.</summary>
    public bool Ask()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            var next = state switch { Idle => Queued, Running => RunningAndAskedAgain, _ => state };
            if (next == state || Interlocked.CompareExchange(ref _state, next, state) == state)
                return state == Idle;
        }
    }

    /// <summary>A worker starts: whoever asks from now on is not covered by this sync.</summary>
    public void Begin() => Volatile.Write(ref _state, Running);

    /// <summary>The worker is done. True when it must queue the partition again.</summary>
    public bool End()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Running) == Running)
            return false;
        Volatile.Write(ref _state, Queued);
        return true;
    }
}
