namespace FlowLog.Testing.Simulation;

/// <summary>
/// A clock that stands still until it is told to move. Timers fire inside <see cref="Advance"/>, on the caller's thread, in the order in which
/// they fall due (those of one instant in the order of being set). Wall-clock jumps move <see cref="GetUtcNow"/> and no timer. Thread-safe.
/// </summary>
/// <param name="start">The first wall-clock time; 2026-01-01 00:00 UTC by default.</param>
public sealed class ManualTimeProvider(DateTimeOffset? start = null) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<(ManualTimer Timer, long Setting), (long Due, long Order)> _queue = new();
    private DateTimeOffset _wallStart = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _elapsedTicks;
    private long _order;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Ticks of 100 ns.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>When the next timer falls due, as time from the start of this clock; null when none is set.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            lock (_gate)
                return PeekLive(out var due) ? TimeSpan.FromTicks(due) : null;
        }
    }

    /// <summary>How far the clock has been moved since it was made.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(Volatile.Read(ref _elapsedTicks));

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _wallStart + TimeSpan.FromTicks(_elapsedTicks);
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref _elapsedTicks);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves time forward and fires what falls due on the way, including what those callbacks set in turn.</summary>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        var until = Volatile.Read(ref _elapsedTicks) + time.Ticks;
        while (TakeDue(until) is { } timer)
            timer.Fire();
    }

    /// <summary>Moves to the next timer, if any, and fires it alone. False when none is set.</summary>
    public bool AdvanceToNextTimer()
    {
        if (NextDue is not { } due || TakeDue(Math.Max(due.Ticks, Volatile.Read(ref _elapsedTicks))) is not { } timer)
            return false;

        timer.Fire();
        return true;
    }

    /// <summary>Time passes in which nobody gets to run: what falls due meanwhile fires late, when time is moved next.</summary>
    public void Stall(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        lock (_gate)
            _elapsedTicks += time.Ticks;
    }

    /// <summary>Sets the wall clock forward or back, as an operator or a bad time server would.</summary>
    public void JumpWallClock(TimeSpan by)
    {
        lock (_gate)
            _wallStart += by;
    }

    // Time stands at the due time of what is fired, and at the end of the stretch once nothing is left.
    private ManualTimer? TakeDue(long until)
    {
        lock (_gate)
        {
            if (!PeekLive(out var due) || due > until)
            {
                _elapsedTicks = Math.Max(_elapsedTicks, until);
                return null;
            }

            var (timer, _) = _queue.Dequeue();
            _elapsedTicks = Math.Max(_elapsedTicks, due);
            timer.Due = -1;
            if (timer.Period > TimeSpan.Zero)
                Enqueue(timer, _elapsedTicks + timer.Period.Ticks);

            return timer;
        }
    }

    private bool PeekLive(out long due)
    {
        while (_queue.TryPeek(out var head, out var priority))
        {
            if (head.Timer.Due == priority.Due && head.Timer.Setting == head.Setting)
            {
                due = priority.Due;
                return true;
            }

            _queue.Dequeue();
        }

        due = -1;
        return false;
    }

    private void Enqueue(ManualTimer timer, long due)
    {
        timer.Due = due;
        timer.Setting = ++_order;
        _queue.Enqueue((timer, timer.Setting), (due, timer.Setting));
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; set; } = -1;

        public long Setting { get; set; }

        public TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                Due = -1;
                Period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                    clock.Enqueue(this, clock._elapsedTicks + Math.Max(0, dueTime.Ticks));

                return true;
            }
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (clock._gate)
            {
                Due = -1;
                Period = Timeout.InfiniteTimeSpan;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
