using System.Collections.Concurrent;
using FlowLog.Runtime.Loops;

namespace FlowLog.Runtime.Tests.Loops;

public sealed class HandOffTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_piece_of_work_is_done_once_by_somebody(bool blocks)
    {
        const int Pieces = 20_000;
        var work = new HandOff<string>();
        var done = new ConcurrentBag<string>();
        var last = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        var servers = Enumerable.Range(0, 4).Select(_ => StartServer(work, Do, blocks, stop.Token)).ToArray();

        Parallel.For(0, Pieces, number => work.Add($"{number}"));
        await last.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Task.WhenAll(servers).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(Pieces, done.Distinct().Count());
        Assert.Equal(Pieces, done.Count);

        void Do(string piece)
        {
            done.Add(piece);
            if (done.Count == Pieces)
                last.TrySetResult();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_waits_in_vain_ends_when_it_is_cancelled_and_takes_nothing_with_it(bool blocks)
    {
        var work = new HandOff<string>();
        using var stop = new CancellationTokenSource();
        var server = StartServer(work, _ => { }, blocks, stop.Token);
        await stop.CancelAsync();
        await server.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        work.Add("late");

        Assert.True(work.TryTake(out var late));
        Assert.Equal("late", late);
        Assert.False(work.TryTake(out _));
    }

    private static Task StartServer(HandOff<string> work, Action<string> serve, bool blocks, CancellationToken stop) => blocks
        ? Task.Factory.StartNew(() => work.Serve(serve, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
        : Task.Run(() => work.ServeAsync(serve, stop), CancellationToken.None);
}
