using System.Numerics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Runtime.Loops;

/// <summary>
/// Timers by the hundred thousand: setting and cancelling one costs a few pointers, whatever the number, and the clock's own timer
/// is armed for the earliest only.
/// </summary>
/// <remarks>
/// Six wheels of 64 slots, a slot of the first being a millisecond and one of each further wheel a whole turn of the wheel before. A timer lies on the
/// wheel on which its time first differs from now; when the hand reaches its slot there, it moves to a finer wheel, and from the finest it fires. Which
/// slots are taken is a bit each, so an empty stretch of time is skipped at once. Times beyond two years wait in the last slot and are put back.
/// </remarks>
public sealed class TimerWheel : ITimers, IDisposable
{
    private const int Levels = 6;
    private const int SlotBits = 6;
    private const int Slots = 1 << SlotBits;
    private const double LongestWaitMs = 24 * 60 * 60 * 1000; // a clock's own timer has limits; waking once a day for nothing costs nothing
    private const long Horizon = (1L << (Levels * SlotBits)) - (1L << ((Levels - 1) * SlotBits));

    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly long _start;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly Entry?[] _heads = new Entry?[Levels * Slots];
    private readonly ulong[] _taken = new ulong[Levels];
    private long _hand;
    private long _armedFor = long.MaxValue;

    /// <summary>A wheel on a clock, which also decides on which thread callbacks run.</summary>
    public TimerWheel(TimeProvider clock, ILogger? log = null)
    {
        _clock = clock;
        _log = log ?? NullLogger.Instance;
        _start = clock.GetTimestamp();
        _timer = clock.CreateTimer(static wheel => ((TimerWheel)wheel!).Turn(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Timers that are set.</summary>
    public int Count { get; private set; }

    /// <summary>Callbacks that threw.</summary>
    public long Failures { get; private set; }

    /// <inheritdoc/>
    public ITimerHandle Schedule(TimeSpan delay, Action callback)
    {
        var due = Math.Ceiling((_clock.GetElapsedTime(_start) + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero)).TotalMilliseconds);
        var entry = new Entry(this, callback, (long)due);
        lock (_gate)
        {
            Insert(entry);
            Count++;
            Arm();
        }

        return entry;
    }

    /// <summary>Ends all timers; none fires afterwards.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Array.Clear(_heads);
            Array.Clear(_taken);
            Count = 0;
        }

        _timer.Dispose();
    }

    private void Turn()
    {
        Entry? due;
        lock (_gate)
        {
            _armedFor = long.MaxValue;
            due = TakeDue((long)_clock.GetElapsedTime(_start).TotalMilliseconds);
            Arm();
        }

        while (due is not null)
        {
            var next = due.Next;
            due.Next = null;
            Call(due.Callback);
            due = next;
        }
    }

    private void Call(Action callback)
    {
        try
        {
            callback();
        }
        catch (Exception failure)
        {
            Failures++;
            _log.TimerFailed(failure);
        }
    }

    /// <summary>Moves the hand to <paramref name="now"/> and returns what falls due on the way, in order of time.</summary>
    private Entry? TakeDue(long now)
    {
        Entry? first = null, last = null;
        while (TryFindNext(out var level, out var slot, out var time) && time <= now)
        {
            _hand = Math.Max(_hand, time);
            for (var entry = TakeSlot(level, slot); entry is not null;)
            {
                var next = entry.Next;
                entry.Next = entry.Previous = null;
                if (entry.Due > _hand)
                {
                    Insert(entry);
                }
                else
                {
                    entry.Place = Entry.Nowhere;
                    Count--;
                    if (last is null)
                        first = entry;
                    else
                        last.Next = entry;

                    last = entry;
                }

                entry = next;
            }
        }

        _hand = Math.Max(_hand, now);
        return first;
    }

    private void Insert(Entry entry)
    {
        var due = Math.Clamp(entry.Due, _hand, _hand + Horizon);
        var differing = (ulong)(due ^ _hand);
        var level = differing == 0 ? 0 : Math.Min(Levels - 1, BitOperations.Log2(differing) / SlotBits);
        var slot = (int)(due >> (level * SlotBits)) & (Slots - 1);
        entry.Place = (level * Slots) + slot;
        entry.Next = _heads[entry.Place];
        if (entry.Next is not null)
            entry.Next.Previous = entry;

        _heads[entry.Place] = entry;
        _taken[level] |= 1UL << slot;
    }

    private void Remove(Entry entry)
    {
        if (entry.Previous is null)
            _heads[entry.Place] = entry.Next;
        else
            entry.Previous.Next = entry.Next;

        if (entry.Next is not null)
            entry.Next.Previous = entry.Previous;

        if (_heads[entry.Place] is null)
            _taken[entry.Place / Slots] &= ~(1UL << (entry.Place % Slots));

        (entry.Next, entry.Previous, entry.Place) = (null, null, Entry.Nowhere);
    }

    /// <summary>The list of a slot, in order of setting; the slot is empty afterwards.</summary>
    private Entry? TakeSlot(int level, int slot)
    {
        Entry? reversed = null;
        for (var entry = _heads[(level * Slots) + slot]; entry is not null;)
        {
            var next = entry.Next;
            entry.Next = reversed;
            reversed = entry;
            entry = next;
        }

        _heads[(level * Slots) + slot] = null;
        _taken[level] &= ~(1UL << slot);
        return reversed;
    }

    /// <summary>The slot that the hand reaches next, and when: finer wheels come first, as they hold what lies within the current slot of the coarser.</summary>
    private bool TryFindNext(out int level, out int slot, out long time)
    {
        for (level = 0; level < Levels; level++)
        {
            if (_taken[level] == 0)
                continue;

            var shift = level * SlotBits;
            var current = (int)(_hand >> shift) & (Slots - 1);
            var ahead = BitOperations.TrailingZeroCount(BitOperations.RotateRight(_taken[level], current));
            slot = (current + ahead) & (Slots - 1);
            time = Math.Max(_hand, ((_hand >> shift) + ahead) << shift);
            return true;
        }

        (slot, time) = (0, long.MaxValue);
        return false;
    }

    private void Arm()
    {
        if (!TryFindNext(out _, out _, out var time) || time >= _armedFor)
            return;

        _armedFor = time;
        var wait = TimeSpan.FromMilliseconds(time) - _clock.GetElapsedTime(_start);
        var milliseconds = Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, LongestWaitMs);
        _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }

    private sealed class Entry(TimerWheel wheel, Action callback, long due) : ITimerHandle
    {
        public const int Nowhere = -1;

        public Action Callback { get; } = callback;

        public long Due { get; } = due;

        public int Place { get; set; }

        public Entry? Next { get; set; }

        public Entry? Previous { get; set; }

        public bool Cancel()
        {
            lock (wheel._gate)
            {
                if (Place == Nowhere || wheel.Count == 0)
                    return false;

                wheel.Remove(this);
                wheel.Count--;
                return true;
            }
        }
    }
}
