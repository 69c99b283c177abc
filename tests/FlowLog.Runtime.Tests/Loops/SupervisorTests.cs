using FlowLog.Runtime.Loops;
using FlowLog.Testing.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Runtime.Tests.Loops;

public sealed class SupervisorTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
    private readonly Supervisor _supervisor;

    public SupervisorTests() => _supervisor = new Supervisor(_clock, NullLogger.Instance);

    private CancellationToken Patience => _patience.Token;

    [Fact]
    public async Task A_loop_that_throws_is_counted_and_starts_again_after_growing_pauses()
    {
        var starts = new System.Collections.Concurrent.BlockingCollection<TimeSpan>();
        _supervisor.Run("cleaner", _ =>
        {
            starts.Add(_clock.Elapsed, Patience);
            throw new InvalidOperationException("planted");
        });

        List<double> at = [];
        for (var i = 0; i < 4; i++)
        {
            await UntilAsync(() => _clock.NextDue is not null);
            at.Add(starts.Take(Patience).TotalMilliseconds);
            _clock.AdvanceToNextTimer();
        }

        Assert.Equal([0, 100, 300, 700], at);
        Assert.True(_supervisor.Failures >= 4);
        Assert.True(_supervisor.IsHealthy);
    }

    [Fact]
    public async Task A_loop_that_must_not_die_makes_the_process_unhealthy_when_it_does()
    {
        _supervisor.Run("controller", _ => Task.CompletedTask, RestartPolicy.FailHealth);

        await UntilAsync(() => !_supervisor.IsHealthy);

        Assert.Equal("controller", Assert.Single(_supervisor.Dead).Key);
        Assert.Equal(1, _supervisor.Failures);
    }

    [Fact]
    public async Task Stopping_waits_for_the_loops_and_is_no_failure()
    {
        var ended = false;
        _supervisor.Run("flusher", async stopping =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _clock, stopping);
            }
            finally
            {
                ended = true;
            }
        });
        _supervisor.RunOnThread("blocking", stopping => stopping.WaitHandle.WaitOne());

        await _supervisor.StopAsync();

        Assert.True(ended);
        Assert.Equal(0, _supervisor.Failures);
        Assert.Throws<ObjectDisposedException>(() => _supervisor.Run("late", _ => Task.CompletedTask));
    }

    public async ValueTask DisposeAsync()
    {
        await _supervisor.DisposeAsync();
        _patience.Dispose();
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(1, Patience);
    }
}
