using FlowLog.Runtime.Loops;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Runtime.Tests.Loops;

public sealed class ThreadSliceTests
{
    [Fact]
    public async Task A_loop_on_a_thread_of_its_own_has_the_shortest_slices_where_the_system_gives_them()
    {
        var seen = new TaskCompletionSource<TimeSpan?>();
        await using var supervisor = new Supervisor(TimeProvider.System, NullLogger.Instance);

        supervisor.RunOnThread("sync", cancellation =>
        {
            seen.TrySetResult(ThreadSlice.Current);
            cancellation.WaitHandle.WaitOne();
        });

        // Systems before Linux 6.12 tell of none.
        var slice = await seen.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(slice is null || slice == ThreadSlice.Shortest, $"{slice}");
    }

    [Fact]
    public void Other_threads_keep_theirs()
    {
        var before = ThreadSlice.Current;

        var shortened = new Thread(() => ThreadSlice.Shorten());
        shortened.Start();
        shortened.Join();

        Assert.Equal(before, ThreadSlice.Current);
    }
}
