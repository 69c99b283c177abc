using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Lanes;

/// <summary>Starting, stopping and coming back of a real server process.</summary>
public sealed class ServerLifeTests
{
    [Fact]
    public async Task A_server_stops_cleanly_on_SIGTERM_and_says_so()
    {
        await using var server = await ServerProcess.StartAsync();

        var ended = await server.Process.TerminateAsync();

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("stopped", ended.Output + ended.Error);
        Assert.True(File.Exists(Path.Combine(server.DataFolder, ".kafka_cleanshutdown")));
    }

    [Fact]
    public async Task Topics_and_records_are_there_after_a_clean_restart_and_after_kill_9()
    {
        await using var server = await ServerProcess.StartAsync();
        (await ForeignProcess.RunFlowLogAsync("topics", "create", "kept", "--partitions", "2", "--bootstrap-server", server.Address)).MustSucceed();
        (await ForeignProcess.FeedFlowLogAsync("one\ntwo\nthree\n", "produce", "kept", "--bootstrap-server", server.Address)).MustSucceed();

        (await server.Process.TerminateAsync()).MustSucceed();
        await server.StartAgainAsync();
        var afterStop = await ConsumeAllAsync(server, 3);
        await server.KillAsync();
        await server.StartAgainAsync();
        var afterKill = await ConsumeAllAsync(server, 3);

        Assert.Equal(["one", "three", "two"], afterStop.Order());
        Assert.Equal(["one", "three", "two"], afterKill.Order());
    }

    private static async Task<IReadOnlyList<string>> ConsumeAllAsync(ServerProcess server, int count)
    {
        var run = await ForeignProcess.RunFlowLogAsync(
            "consume", "kept", "--from-beginning", "--max-messages", count.ToString(), "--bootstrap-server", server.Address);
        return run.MustSucceed().Lines;
    }
}
