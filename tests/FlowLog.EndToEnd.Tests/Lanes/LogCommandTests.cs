using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Lanes;

/// <summary><c>flowlog log dump</c> and <c>flowlog log verify</c> on the folder of a real server.</summary>
public sealed class LogCommandTests
{
    [Fact]
    public async Task Verify_tells_sound_from_damaged_from_in_use_by_its_exit_code()
    {
        await using var server = await ServerProcess.StartAsync("offsets.topic.num.partitions=1");
        (await ForeignProcess.FeedFlowLogAsync("one\ntwo\nthree\n", "produce", "kept", "--bootstrap-server", server.Address)).MustSucceed();
        var whileRunning = await ForeignProcess.RunFlowLogAsync("log", "verify", server.DataFolder);
        (await server.Process.TerminateAsync()).MustSucceed();

        var sound = await ForeignProcess.RunFlowLogAsync("log", "verify", server.DataFolder, "--json");
        var log = Path.Combine(server.DataFolder, "kept-0", "00000000000000000000.log");
        var dumped = (await ForeignProcess.RunFlowLogAsync("log", "dump", log, "--print-data-log")).MustSucceed();
        var metadata = (await ForeignProcess.RunFlowLogAsync("log", "dump", Path.Combine(server.DataFolder, "__cluster_metadata-0"), "--print-data-log", "--json")).MustSucceed();
        var bytes = await File.ReadAllBytesAsync(log, TestContext.Current.CancellationToken);
        bytes[^3] ^= 4;
        await File.WriteAllBytesAsync(log, bytes, TestContext.Current.CancellationToken);
        var damaged = await ForeignProcess.RunFlowLogAsync("log", "verify", server.DataFolder);

        Assert.Equal((2, 0, 1), (whileRunning.ExitCode, sound.ExitCode, damaged.ExitCode));
        Assert.Contains("Stop the broker first", whileRunning.Output, StringComparison.Ordinal);
        Assert.Contains("\"result\": \"clean\"", sound.Output, StringComparison.Ordinal);
        Assert.Contains($"violation: {log}, byte ", damaged.Output, StringComparison.Ordinal);
        Assert.Contains("does not fit its bytes", damaged.Output, StringComparison.Ordinal);
        Assert.Contains("payload: three", dumped.Output, StringComparison.Ordinal);
        Assert.Contains("{\"type\":\"TOPIC_RECORD\",\"version\":0,\"data\":{\"name\":\"kept\"", metadata.Output, StringComparison.Ordinal);
    }
}
