using FlowLog.Testing.Simulation;

namespace FlowLog.Testing.Tests.Simulation;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void Timers_fire_in_order_of_due_time_at_their_instant()
    {
        Set("late", 20);
        Set("early", 10);
        Set("also early", 10);

        _clock.Advance(TimeSpan.FromMilliseconds(15));
        Assert.Equal(["early@10", "also early@10"], _fired);
        Assert.Equal(15, _clock.Elapsed.TotalMilliseconds);

        _clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal("late@20", _fired[^1]);
    }

    [Fact]
    public void A_timer_set_by_a_callback_fires_within_the_same_stretch()
    {
        using var first = _clock.CreateTimer(_ => Set("second", 5), null, TimeSpan.FromMilliseconds(10), Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromMilliseconds(20));

        Assert.Equal(["second@15"], _fired);
    }

    [Fact]
    public void A_periodic_timer_fires_until_it_is_disposed()
    {
        using (_clock.CreateTimer(_ => _fired.Add("tick"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)))
            _clock.Advance(TimeSpan.FromSeconds(3.5));

        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(3, _fired.Count);
        Assert.Null(_clock.NextDue);
    }

    [Fact]
    public void A_changed_timer_forgets_its_former_time()
    {
        var timer = Set("a", 10);
        timer.Change(TimeSpan.FromMilliseconds(30), Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Empty(_fired);
        Assert.True(_clock.AdvanceToNextTimer());
        Assert.Equal(["a@30"], _fired);
    }

    [Fact]
    public void A_jump_of_the_wall_clock_moves_no_timer()
    {
        Set("a", 10);
        var before = _clock.GetUtcNow();

        _clock.JumpWallClock(TimeSpan.FromHours(2));

        Assert.Equal(before.AddHours(2), _clock.GetUtcNow());
        Assert.Empty(_fired);
        Assert.Equal(0, _clock.GetTimestamp());
    }

    [Fact]
    public async Task A_delay_completes_when_time_is_moved()
    {
        var delay = Task.Delay(TimeSpan.FromMinutes(1), _clock, TestContext.Current.CancellationToken);

        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(delay.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));

        await delay;
    }

    private ITimer Set(string name, int milliseconds) =>
        _clock.CreateTimer(_ => _fired.Add($"{name}@{_clock.Elapsed.TotalMilliseconds}"), null, TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
}
