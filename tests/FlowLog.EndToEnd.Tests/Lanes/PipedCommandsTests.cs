using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Lanes;

/// <summary>Commands whose reader has had enough end, as programs do that are used in a pipe.</summary>
public sealed class PipedCommandsTests
{
    [Fact]
    public async Task Consuming_ends_when_nobody_reads_any_more_and_so_does_a_dump()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync();
        await File.WriteAllLinesAsync(folder["lines.txt"], Enumerable.Range(0, 50_000).Select(n => $"line {n}"), TestContext.Current.CancellationToken);
        (await ForeignProcess.RunFlowLogAsync("produce", "lines", "--partition", "0", "--file", folder["lines.txt"], "--bootstrap-server", server.Address)).MustSucceed();

        var consumed = await ForeignProcess.RunAsync("/bin/sh", ["-c", $"dotnet {Checkout.Cli} consume lines --from-beginning --bootstrap-server {server.Address} | head -1"]);
        var dumped = await ForeignProcess.RunAsync("/bin/sh", ["-c", $"dotnet {Checkout.Cli} log dump --print-data-log {server.DataFolder}/lines-0 | head -1"]);

        Assert.Equal("line 0\n", consumed.Output);
        Assert.StartsWith("Dumping ", dumped.Output, StringComparison.Ordinal);
        Assert.Empty(consumed.Error + dumped.Error);
    }

    [Theory]
    [InlineData("--max-messages")]
    [InlineData("--timeout-ms")]
    public async Task Numbers_below_zero_are_wrong_usage(string option)
    {
        var run = await ForeignProcess.RunFlowLogAsync("consume", "lines", option, "-1");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{option} cannot be negative", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_named_by_its_number()
    {
        await using var server = await ServerProcess.StartAsync();

        var run = await ForeignProcess.FeedFlowLogAsync($"short\n{new string('x', 2_000_000)}\n", "produce", "lines", "--bootstrap-server", server.Address);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Line 2 was not taken", run.Error, StringComparison.Ordinal);
    }
}
