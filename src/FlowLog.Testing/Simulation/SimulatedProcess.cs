using FlowLog.Runtime;
using FlowLog.Runtime.Loops;

namespace FlowLog.Testing.Simulation;

/// <summary>
/// What runs on a simulated machine between a start and a crash. Once it has ended nothing of it runs any more: no continuation, no timer, no
/// <c>finally</c>, just as after <c>kill -9</c>.
/// </summary>
public sealed class SimulatedProcess : LoopContext
{
    private readonly SimulatedScheduler _scheduler;
    private readonly TaskCompletionSource _ended = new();

    internal SimulatedProcess(SimulatedScheduler scheduler, World machine)
    {
        _scheduler = scheduler;
        World = machine with { Clock = new ProcessClock(this, machine.Clock) };
    }

    /// <summary>The doors for what runs in it.</summary>
    public World World { get; }

    /// <summary>It has not ended.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>Completes when the process has been killed or its machine has lost power.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Runs a program in the process. The task never completes when the process ends first: look at <see cref="Ended"/> too.</summary>
    public Task Run(Func<Task> program)
    {
        Task? running = null;
        Enter(() => running = program());
        return running ?? new TaskCompletionSource().Task;
    }

    /// <summary>As the other one, with a result.</summary>
    public Task<T> Run<T>(Func<Task<T>> program)
    {
        Task<T>? running = null;
        Enter(() => running = program());
        return running ?? new TaskCompletionSource<T>().Task;
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => _scheduler.PostTurn(static turn => ((Turn)turn!).Run(), new Turn(this, d, state));

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => Enter(() => d(state));

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    internal void End()
    {
        IsAlive = false;
        _scheduler.Post(() => _ended.TrySetResult());
    }

    private void Enter(Action action)
    {
        if (!IsAlive)
            return;

        var outside = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
        }
        catch (Exception) when (!IsAlive)
        {
            // It died inside, in the middle of something; there is nobody left to hear of this.
        }
        finally
        {
            SetSynchronizationContext(outside);
        }
    }

    private sealed record Turn(SimulatedProcess Process, SendOrPostCallback Callback, object? State)
    {
        public void Run() => Process.Enter(() => Callback(State));
    }

    private sealed class ProcessClock(SimulatedProcess process, TimeProvider clock) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override long GetTimestamp() => clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            clock.CreateTimer(_ => process.Enter(() => callback(state)), null, dueTime, period);
    }
}
