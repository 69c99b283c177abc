using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>kcat beyond lines in and lines out.</summary>
[Collection(nameof(ConformanceLanes))]
public sealed class KcatDepthTests
{
    [Fact]
    public async Task Headers_keys_tombstones_and_partitions_come_back()
    {
        await using var server = await ServerProcess.StartAsync("num.partitions=4");
        await KcatAsync(server, "first:\nsecond:value\n", "-P", "-t", "full", "-p", "2", "-K", ":", "-Z", "-H", "a=1", "-H", "b=");

        var read = await KcatAsync(server, null, "-C", "-t", "full", "-o", "beginning", "-e", "-q", "-f", "%p %o %k=%s(%S) %h\\n");

        Assert.Equal(["2 0 first=(-1) a=1,b=", "2 1 second=value(5) a=1,b="], read.MustSucceed().Lines);
    }

    [Fact]
    public async Task A_record_just_below_the_limit_passes_and_one_above_it_is_refused()
    {
        await using var server = await ServerProcess.StartAsync();
        var large = new string('x', 1_000_000);
        var produced = await KcatAsync(server, large + "\n", "-P", "-t", "large", "-X", "message.max.bytes=2000000");
        produced.MustSucceed();
        var read = await KcatAsync(server, null, "-C", "-t", "large", "-o", "beginning", "-e", "-q");
        Assert.Equal(large, Assert.Single(read.MustSucceed().Lines));

        var refused = await KcatAsync(server, new string('y', 1_500_000) + "\n", "-P", "-t", "large", "-X", "message.max.bytes=2000000");

        Assert.Contains("Message size too large", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("all")]
    public async Task Every_kind_of_acknowledgement_keeps_order_with_batches_and_retries(string acks)
    {
        await using var server = await ServerProcess.StartAsync();
        var lines = Enumerable.Range(0, 20_000).Select(i => $"line {i}").ToArray();

        var produced = await KcatAsync(server, string.Join('\n', lines) + "\n", "-P", "-t", "ordered", "-X", $"acks={acks}", "-X", "batch.num.messages=500", "-X", "linger.ms=1");
        produced.MustSucceed();

        var read = await KcatAsync(server, null, "-C", "-t", "ordered", "-o", "beginning", "-c", $"{lines.Length}", "-q");
        Assert.Equal(lines, read.MustSucceed().Lines);
    }

    [Fact]
    public async Task Reading_starts_at_the_tail_at_an_offset_and_at_a_time()
    {
        await using var server = await ServerProcess.StartAsync();
        await KcatAsync(server, "a\nb\nc\n", "-P", "-t", "placed");

        // The moment must differ from both records' timestamps, which are whole milliseconds.
        await Task.Delay(50, TestContext.Current.CancellationToken);
        var between = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await Task.Delay(50, TestContext.Current.CancellationToken);
        await KcatAsync(server, "d\ne\n", "-P", "-t", "placed");

        Assert.Equal(["d", "e"], await FromAsync("-2"));
        Assert.Equal(["b", "c", "d", "e"], await FromAsync("1"));
        Assert.Equal(["d", "e"], await FromAsync($"s@{between}"));

        async Task<IReadOnlyList<string>> FromAsync(string start) =>
            (await KcatAsync(server, null, "-C", "-t", "placed", "-p", "0", "-o", start, "-e", "-q")).MustSucceed().Lines;
    }

    private static Task<Finished> KcatAsync(ServerProcess server, string? input, params string[] arguments) =>
        ForeignProcess.RunAsync(Lane.NeedsProgram("kcat", "kcat"), ["-b", server.Address, .. arguments], input);
}
