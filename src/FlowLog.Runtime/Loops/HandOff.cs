using System.Diagnostics.CodeAnalysis;

namespace FlowLog.Runtime.Loops;

/// <summary>
/// Hands work to the threads, or loops, that wait for it. Work goes straight to the one that began to wait last: its caches are warm, and where one can do it all the
/// others sleep on. The thread pool in its place would wake several, and have them look round for more before they sleep. Thread-safe.
/// </summary>
/// <typeparam name="T">A piece of work.</typeparam>
public sealed class HandOff<T>
    where T : class
{
    private readonly Lock _gate = new();
    private readonly Queue<T> _waiting = new();
    private readonly List<ITaker> _idle = [];

    private interface ITaker
    {
        void Give(T? work);
    }

    /// <summary>Adds a piece of work. Never blocks.</summary>
    public void Add(T work)
    {
        ITaker taker;
        lock (_gate)
        {
            if (_idle.Count == 0)
            {
                _waiting.Enqueue(work);
                return;
            }

            taker = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
        }

        taker.Give(work);
    }

    /// <summary>Takes what was added first, if there is anything.</summary>
    public bool TryTake([NotNullWhen(true)] out T? work)
    {
        lock (_gate)
            return _waiting.TryDequeue(out work);
    }

    /// <summary>Does each piece of work on the calling thread, which blocks where there is none, until the cancellation.</summary>
    public void Serve(Action<T> serve, CancellationToken cancellation)
    {
        using var taker = new BlockedTaker();
        using var registration = cancellation.UnsafeRegister(_ => Leave(taker), null);
        while (!cancellation.IsCancellationRequested)
        {
            if ((TakeOrWait(taker, cancellation) ?? taker.Wait()) is { } work)
                serve(work);
        }
    }

    /// <summary>As <see cref="Serve"/>, for a loop that shares its thread with others.</summary>
    public async Task ServeAsync(Action<T> serve, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var taker = new AwaitingTaker();
            await using var registration = cancellation.UnsafeRegister(_ => Leave(taker), null);
            if ((TakeOrWait(taker, cancellation) ?? await taker.Task) is { } work)
                serve(work);
        }
    }

    // Null: the taker waits and will be given something, or is told that it is over.
    private T? TakeOrWait(ITaker taker, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_waiting.TryDequeue(out var work))
                return work;

            if (!cancellation.IsCancellationRequested)
            {
                _idle.Add(taker);
                return null;
            }
        }

        taker.Give(null);
        return null;
    }

    // Whoever was given something meanwhile keeps it.
    private void Leave(ITaker taker)
    {
        lock (_gate)
        {
            if (!_idle.Remove(taker))
                return;
        }

        taker.Give(null);
    }

    private sealed class BlockedTaker : ITaker, IDisposable
    {
        private readonly ThreadSignal _signal = new();
        private T? _work;

        public void Give(T? work)
        {
            _work = work;
            _signal.Set();
        }

        public T? Wait()
        {
            _signal.Wait();
            var work = _work;
            _work = null;
            return work;
        }

        public void Dispose() => _signal.Dispose();
    }

    private sealed class AwaitingTaker : ITaker
    {
        private readonly TaskCompletionSource<T?> _given = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T?> Task => _given.Task;

        public void Give(T? work) => _given.SetResult(work);
    }
}
