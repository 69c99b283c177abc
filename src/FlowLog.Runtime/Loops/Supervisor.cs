using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FlowLog.Runtime.Loops;

/// <summary>
/// Runs everything that goes on for ever. A loop that throws, or ends although nobody asked it to, is logged, counted, and started again or reported
/// as dead. Nothing ends in silence. Thread-safe.
/// </summary>
public sealed class Supervisor(TimeProvider clock, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_soundRun = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<Task> _running = new();
    private readonly ConcurrentDictionary<string, Exception> _dead = new(StringComparer.Ordinal);
    private long _failures;

    /// <summary>No loop has died for good.</summary>
    public bool IsHealthy => _dead.IsEmpty;

    /// <summary>The loops that have died for good, with what killed them.</summary>
    public IReadOnlyDictionary<string, Exception> Dead => _dead;

    /// <summary>How often a loop has failed, restarted ones included.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Starts a loop, which ends when its token is cancelled.</summary>
    public void Run(string name, Func<CancellationToken, Task> loop, RestartPolicy policy = RestartPolicy.Restart) =>
        Start(SynchronizationContext.Current is LoopContext ? () => KeepRunningAsync(name, loop, policy) : () => Task.Run(() => KeepRunningAsync(name, loop, policy)));

    /// <summary>
    /// Starts a loop that blocks, on a thread of its own. It ends when its token is cancelled. Meant for loops that somebody waits for: the thread runs soon
    /// after it wakes (<see cref="ThreadSlice"/>).
    /// </summary>
    public void RunOnThread(string name, Action<CancellationToken> loop, RestartPolicy policy = RestartPolicy.Restart)
    {
        if (SynchronizationContext.Current is LoopContext)
            throw new InvalidOperationException($"The loop '{name}' blocks; in a simulation there is one thread for all.");

        Run(name, Blocking, policy);

        Task Blocking(CancellationToken stopping) =>
            Task.Factory.StartNew(() => RunNamed(name, loop, stopping), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Asks all loops to end and waits until they have.</summary>
    public async Task StopAsync()
    {
        _stopping.Cancel(); // not CancelAsync, which would leave the loops' own context
        while (_running.TryDequeue(out var loop))
            await loop;
    }

    /// <summary>As <see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private static void RunNamed(string name, Action<CancellationToken> loop, CancellationToken stopping)
    {
        Thread.CurrentThread.Name = name;
        ThreadSlice.Shorten();
        loop(stopping);
    }

    private void Start(Func<Task> run)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        _running.Enqueue(run());
    }

    private async Task KeepRunningAsync(string name, Func<CancellationToken, Task> loop, RestartPolicy policy)
    {
        var stopping = _stopping.Token;
        var pause = s_firstPause;
        for (var count = 1; ; count++)
        {
            var started = clock.GetTimestamp();
            var failure = await RunOnceAsync(loop, stopping);
            if (failure is null)
                return;

            Interlocked.Increment(ref _failures);
            if (policy == RestartPolicy.FailHealth)
            {
                _dead[name] = failure;
                log.LoopDied(failure, name);
                return;
            }

            if (clock.GetElapsedTime(started) >= s_soundRun)
                pause = s_firstPause;

            log.LoopRestarts(failure, name, pause, count);
            if (!await PauseAsync(pause, stopping))
                return;

            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, s_longestPause.Ticks));
        }
    }

    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(pause, clock, stopping);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // Null when it ended as asked. Whatever a loop throws while it is being stopped is the stopping's doing.
    private static async Task<Exception?> RunOnceAsync(Func<CancellationToken, Task> loop, CancellationToken stopping)
    {
        try
        {
            await loop(stopping);
            return stopping.IsCancellationRequested ? null : new InvalidOperationException("It ended although nobody asked it to.");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception failure)
        {
            return stopping.IsCancellationRequested ? null : failure;
        }
    }
}
