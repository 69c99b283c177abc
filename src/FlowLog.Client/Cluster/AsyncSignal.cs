using System.Threading.Tasks.Sources;

namespace FlowLog.Client.Cluster;

/// <summary>
/// Wakes one waiting loop. Setting it while nobody waits is remembered once. Waiting allocates nothing, and the loop continues
/// on another thread than the one that sets.
/// </summary>
internal sealed class AsyncSignal : IValueTaskSource<bool>, IDisposable
{
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private volatile bool _isSet;
    private bool _isWaiting;

    public AsyncSignal(TimeProvider clock) =>
        _timer = clock.CreateTimer(static signal => ((AsyncSignal)signal!).Wake(set: false), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Ends the wait, or the next one.</summary>
    public void Set()
    {
        // What the caller has written must show before this looks: a waiter that takes the signal away at this moment goes on to read it.
        Interlocked.MemoryBarrier();
        if (!_isSet)
            Wake(set: true);
    }

    /// <summary>Waits until set; false when the time is up first, or now and then without a reason. One caller at a time.</summary>
    public ValueTask<bool> WaitAsync(TimeSpan timeout)
    {
        lock (_gate)
        {
            if (_isSet)
            {
                _isSet = false;
                return new(true);
            }

            if (timeout == TimeSpan.Zero)
                return new(false);

            _core.Reset();
            _isWaiting = true;
            _timer.Change(timeout, Timeout.InfiniteTimeSpan);
            return new(this, _core.Version);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Wake(bool set)
    {
        lock (_gate)
        {
            if (!_isWaiting)
            {
                _isSet |= set;
                return;
            }

            _isWaiting = false;
        }

        _core.SetResult(set);
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
