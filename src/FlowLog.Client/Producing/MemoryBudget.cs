using System.Runtime.CompilerServices;
using FlowLog.Client.Cluster;

namespace FlowLog.Client.Producing;

/// <summary>
/// Bytes that batches may take. Taking never waits; who does not get any waits for the next release and tries again. A producer that is faster than its
/// cluster waits all the time, so waiting allocates nothing once it has been done a few times.
/// </summary>
internal sealed class MemoryBudget(long total, TimeProvider clock) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly long _total = total;
    private readonly List<AsyncSignal> _waiting = [];
    private readonly Stack<AsyncSignal> _spare = [];
    private long _left = total;
    private int _waiters;
    private int _refused;
    private bool _isClosed;

    /// <summary>True when somebody waits: then batches are sent without lingering.</summary>
    public bool IsExhausted => Volatile.Read(ref _waiters) > 0;

    /// <summary>Bytes not taken.</summary>
    public long Left => Volatile.Read(ref _left);

    /// <summary>Takes bytes, or nothing when there are too few. A single batch may be larger than all there are, when none are taken.</summary>
    public bool TryTake(int count)
    {
        lock (_gate)
        {
            if (_left < count && _left < _total)
            {
                _refused = Math.Max(_refused, count);
                return false;
            }

            _left -= count;
            _refused = 0;
            return true;
        }
    }

    /// <summary>Gives bytes back; those who wait are told by <see cref="TellWaiting"/>.</summary>
    public void Release(int count)
    {
        lock (_gate)
            _left += count;
    }

    /// <summary>Bytes have been released: who waits may try again.</summary>
    public void TellWaiting()
    {
        if (!IsExhausted)
            return;

        lock (_gate)
        {
            foreach (var waiting in _waiting)
                waiting.Set();
            _waiting.Clear();
        }
    }

    /// <summary>
    /// Completes when there are bytes, for what was refused last too, or some were released meanwhile; false when the time is up first. Who was refused
    /// many and were let off when there are a few would try again at once, and not end.
    /// </summary>
    public ValueTask<bool> WaitAsync(int count, TimeSpan timeout, CancellationToken cancellation) =>
        IsRoomFor(Math.Max(count, Volatile.Read(ref _refused))) ? new(true) : WaitForReleaseAsync(count, timeout, cancellation);

    /// <summary>Nobody waits from now on.</summary>
    public void Close()
    {
        lock (_gate)
            _isClosed = true;
        TellWaiting();
    }

    public void Dispose()
    {
        foreach (var spare in _spare)
            spare.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitForReleaseAsync(int count, TimeSpan timeout, CancellationToken cancellation)
    {
        AsyncSignal? signal;
        lock (_gate)
        {
            if (_isClosed || IsRoomFor(Math.Max(count, _refused)))
                return true;
            if (!_spare.TryPop(out signal))
                signal = new AsyncSignal(clock);
            _waiting.Add(signal);
            _waiters++;
        }

        try
        {
            await using var registration = cancellation.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), signal);
            var isReleased = await signal.WaitAsync(timeout);
            cancellation.ThrowIfCancellationRequested();
            return isReleased;
        }
        finally
        {
            lock (_gate)
            {
                _waiting.Remove(signal);
                _waiters--;
                Keep(signal);
            }
        }
    }

    private bool IsRoomFor(int count) => Left >= Math.Min(count, _total);

    /// <summary>A signal that was set once too often would end its next wait at once, for nothing: that one wait is a retry too many, no more.</summary>
    private void Keep(AsyncSignal signal)
    {
        if (_isClosed)
            signal.Dispose();
        else
            _spare.Push(signal);
    }
}
