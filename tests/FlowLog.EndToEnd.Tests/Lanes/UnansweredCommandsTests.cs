using System.Net;
using System.Net.Sockets;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Lanes;

/// <summary>Commands that nobody answers say so, on standard error, and end with a sentence and exit code 1.</summary>
public sealed class UnansweredCommandsTests
{
    public static TheoryData<string> Commands => ["topics list", "groups list", "consume orders", "consume orders --group g", "produce orders"];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_that_finds_no_broker_says_where_and_what_to_do(string command)
    {
        var nobody = $"127.0.0.1:{FreePort()}";

        var run = await ForeignProcess.FeedFlowLogAsync("a line\n", [.. command.Split(' '), "--bootstrap-server", nobody, .. Impatient(command)]);

        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains($"flowlog: No broker answers: Cannot connect to {nobody}", run.Error, StringComparison.Ordinal);
        Assert.Contains("--bootstrap-server HOST:PORT names another", run.Error, StringComparison.Ordinal);
        Assert.Contains("within", run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], StringComparison.Ordinal);
    }

    private static string[] Impatient(string command) =>
        ["-X", command.StartsWith("produce", StringComparison.Ordinal) ? "max.block.ms=1000" : "default.api.timeout.ms=1000"];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
