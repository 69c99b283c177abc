using FlowLog.Runtime.Loops;
using FlowLog.Testing.Simulation;

namespace FlowLog.Runtime.Tests.Loops;

public sealed class TimerWheelTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly TimerWheel _wheel;

    public TimerWheelTests() => _wheel = new TimerWheel(_clock);

    [Fact]
    public void A_timer_fires_once_at_its_time_and_never_before()
    {
        var fired = new List<double>();
        _wheel.Schedule(TimeSpan.FromMilliseconds(500), () => fired.Add(_clock.Elapsed.TotalMilliseconds));

        _clock.Advance(TimeSpan.FromMilliseconds(499.9));
        Assert.Empty(fired);
        _clock.Advance(TimeSpan.FromMilliseconds(10_000));

        Assert.Equal([500], fired);
        Assert.Equal(0, _wheel.Count);
    }

    [Fact]
    public void A_delay_of_nothing_or_less_fires_at_once()
    {
        var fired = 0;
        _wheel.Schedule(TimeSpan.FromDays(-1), () => fired++);
        _wheel.Schedule(TimeSpan.Zero, () => fired++);

        _clock.Advance(TimeSpan.Zero);

        Assert.Equal(2, fired);
    }

    [Fact]
    public void A_cancelled_timer_does_not_fire_and_cancelling_tells_who_was_first()
    {
        var fired = 0;
        var cancelled = _wheel.Schedule(TimeSpan.FromSeconds(1), () => fired++);
        var kept = _wheel.Schedule(TimeSpan.FromSeconds(1), () => fired++);

        Assert.True(cancelled.Cancel());
        Assert.False(cancelled.Cancel());
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(1, fired);
        Assert.False(kept.Cancel());
    }

    [Fact]
    public void A_callback_may_set_and_cancel_timers()
    {
        var fired = new List<string>();
        var victim = _wheel.Schedule(TimeSpan.FromMilliseconds(20), () => fired.Add("victim"));
        _wheel.Schedule(TimeSpan.FromMilliseconds(10), () =>
        {
            victim.Cancel();
            _wheel.Schedule(TimeSpan.FromMilliseconds(5), () => fired.Add($"second@{_clock.Elapsed.TotalMilliseconds}"));
        });

        _clock.Advance(TimeSpan.FromMilliseconds(50));

        Assert.Equal(["second@15"], fired);
    }

    [Fact]
    public void A_callback_that_throws_keeps_no_other_from_firing()
    {
        var fired = 0;
        _wheel.Schedule(TimeSpan.FromMilliseconds(10), () => throw new InvalidOperationException("planted"));
        _wheel.Schedule(TimeSpan.FromMilliseconds(10), () => fired++);

        _clock.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Equal(1, fired);
        Assert.Equal(1, _wheel.Failures);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void It_behaves_as_a_sorted_list_would(int seed)
    {
        var random = new Random(seed);
        var expected = new SortedDictionary<(long Due, int Number), ITimerHandle>();
        var fired = new List<int>();
        for (var step = 0; step < 3_000; step++)
        {
            switch (random.Next(3))
            {
                case 0:
                    var number = step;
                    var delay = (long)Math.Pow(10, random.NextDouble() * 11);
                    var due = (long)_clock.Elapsed.TotalMilliseconds + delay;
                    expected.Add((due, number), _wheel.Schedule(TimeSpan.FromMilliseconds(delay), () => fired.Add(number)));
                    break;
                case 1 when expected.Count > 0:
                    var (key, handle) = expected.ElementAt(random.Next(expected.Count));
                    Assert.True(handle.Cancel());
                    expected.Remove(key);
                    break;
                default:
                    _clock.Advance(TimeSpan.FromMilliseconds((long)Math.Pow(10, random.NextDouble() * 9)));
                    var past = expected.Keys.Where(entry => entry.Due <= (long)_clock.Elapsed.TotalMilliseconds).ToList();
                    Assert.Equal(past.Select(entry => entry.Number), fired);
                    past.ForEach(entry => expected.Remove(entry));
                    fired.Clear();
                    break;
            }

            Assert.Equal(expected.Count, _wheel.Count);
        }
    }

    [Fact]
    public async Task On_the_real_clock_it_keeps_time_too()
    {
        using var wheel = new TimerWheel(TimeProvider.System);
        var fired = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = TimeProvider.System.GetTimestamp();

        wheel.Schedule(TimeSpan.FromMilliseconds(30), () => fired.SetResult(TimeProvider.System.GetElapsedTime(start)));

        Assert.InRange((await fired.Task.WaitAsync(TestContext.Current.CancellationToken)).TotalMilliseconds, 30, 5_000);
    }

    public void Dispose() => _wheel.Dispose();
}
