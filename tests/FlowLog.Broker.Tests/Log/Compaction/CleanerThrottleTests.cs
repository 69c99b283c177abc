using FlowLog.Broker.Log.Compaction;
using FlowLog.Testing.Simulation;

namespace FlowLog.Broker.Tests.Log.Compaction;

public sealed class CleanerThrottleTests
{
    private readonly ManualTimeProvider _clock = new();
    private TimeSpan _waited;

    [Fact]
    public void So_many_bytes_take_so_long_however_they_come()
    {
        var throttle = Throttle(1_000_000);

        for (var block = 0; block < 1_000; block++)
            throttle.Used(10_000, TestContext.Current.CancellationToken);

        Assert.InRange(_waited.TotalSeconds, 9.9, 10.1);
    }

    [Fact]
    public void Time_without_work_is_not_saved_up()
    {
        var throttle = Throttle(1_000);
        _clock.Advance(TimeSpan.FromHours(1));

        throttle.Used(5_000, TestContext.Current.CancellationToken);

        Assert.Equal(5, _waited.TotalSeconds);
    }

    [Fact]
    public void Without_a_limit_nobody_waits()
    {
        Throttle(double.MaxValue).Used(long.MaxValue, TestContext.Current.CancellationToken);

        Assert.Equal(TimeSpan.Zero, _waited);
    }

    [Fact]
    public void A_stop_ends_the_wait()
    {
        using var stopping = new CancellationTokenSource();
        var throttle = new CleanerThrottle(_clock, (_, _) => stopping.Cancel()) { BytesPerSecond = 1 };

        Assert.Throws<OperationCanceledException>(() => throttle.Used(100, stopping.Token));
    }

    private CleanerThrottle Throttle(double limit) => new(_clock, (time, _) =>
    {
        _waited += time;
        _clock.Advance(time);
    }) { BytesPerSecond = limit };
}
