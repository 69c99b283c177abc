using FlowLog.Runtime.Loops;

namespace FlowLog.Testing.Simulation;

/// <summary>
/// The one thread of a simulated world: everything that is ready waits here, and the seed decides what runs next. When nothing is ready, time moves to the next timer.
/// </summary>
/// <remarks>What comes from other threads breaks determinism: it is run all the same, and counted.</remarks>
internal sealed class SimulatedScheduler(ManualTimeProvider clock, Random random) : LoopContext
{
    private const int OneInHowManyIsLate = 16;

    private readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];
    private Thread? _thread;
    private int _foreignPosts;

    public int ForeignPosts => Volatile.Read(ref _foreignPosts);

    /// <summary>Callbacks and timers run so far.</summary>
    public long Steps { get; private set; }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Thread.CurrentThread != _thread && _thread is not null)
            Interlocked.Increment(ref _foreignPosts);

        lock (_ready)
            _ready.Add((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>How late a turn of a process may be; never by default.</summary>
    public TimeSpan LongestDelay { get; set; }

    /// <summary>Posts what a process does next. At times it gets no processor for a while, and others go on without it.</summary>
    public void PostTurn(SendOrPostCallback d, object? state)
    {
        if (LongestDelay == TimeSpan.Zero || random.Next(OneInHowManyIsLate) > 0)
            Post(d, state);
        else
            clock.CreateTimer(_ => Post(d, state), null, random.NextDouble() * LongestDelay, Timeout.InfiniteTimeSpan);
    }

    public void Post(Action action) => Post(static state => ((Action)state!)(), action);

    /// <summary>How many callbacks one run may take.</summary>
    public long StepLimit { get; set; } = 50_000_000;

    /// <summary>Runs everything until the task that <paramref name="start"/> returns is complete.</summary>
    public void Run(Func<Task> start)
    {
        var former = Current;
        SetSynchronizationContext(this);
        _thread = Thread.CurrentThread;
        try
        {
            var task = start();
            var limit = Steps + StepLimit;
            while (!task.IsCompleted)
            {
                if ((!RunOne() && !clock.AdvanceToNextTimer()) || ++Steps > limit)
                    throw new SimulationStuckException(clock.Elapsed, Steps, endless: Steps > limit);
            }

            // Waits for nothing: the task is complete, and this throws what it threw.
            task.GetAwaiter().GetResult();
        }
        finally
        {
            _thread = null;
            SetSynchronizationContext(former);
        }
    }

    private bool RunOne()
    {
        (SendOrPostCallback Callback, object? State) next;
        lock (_ready)
        {
            if (_ready.Count == 0)
                return false;

            var index = random.Next(_ready.Count);
            next = _ready[index];
            _ready[index] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
        }

        next.Callback(next.State);
        return true;
    }
}
