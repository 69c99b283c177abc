using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Lanes;

/// <summary>The performance commands tell what really was: counts are held against what the broker holds. How fast it was is nobody's business here.</summary>
public sealed partial class PerfTests
{
    [Fact]
    public async Task What_is_reported_as_sent_is_what_the_topic_holds_and_what_is_read()
    {
        await using var server = await ServerProcess.StartAsync();
        string[] cluster = ["--bootstrap-server", server.Address, "--topic", "load"];

        var produced = (await ForeignProcess.RunFlowLogAsync(
            ["perf", "produce", .. cluster, "--num-records", "3000", "--record-size", "64", "--warmup-records", "1000", "--partitions", "3", "--command-property", "acks=all", "linger.ms=1", "--print-metrics", "--json"])).MustSucceed();
        var consumed = (await ForeignProcess.RunFlowLogAsync(["perf", "consume", .. cluster, "--messages", "3000", "--json"])).MustSucceed();

        Assert.Matches(SentLine(), produced.Lines[^4]);
        Assert.StartsWith("2000 steady state records sent, ", produced.Lines[^3], StringComparison.Ordinal);
        var sent = Json(produced);
        Assert.Equal(3000, sent.GetProperty("records").GetInt64());
        Assert.Equal(3000 * 64, sent.GetProperty("bytes").GetInt64());
        Assert.Equal(2000, sent.GetProperty("steady").GetProperty("records").GetInt64());
        Assert.Equal(3000, await RecordsAsync(server, "load"));

        Assert.StartsWith("start.time, end.time, data.consumed.in.MB, MB.sec, ", consumed.Lines[0], StringComparison.Ordinal);
        Assert.Equal("0.1831", consumed.Lines[1].Split(", ")[2]);
        Assert.Equal("3000", consumed.Lines[1].Split(", ")[4]);
        Assert.Equal((3000, 3000 * 64), (Json(consumed).GetProperty("records").GetInt64(), Json(consumed).GetProperty("bytes").GetInt64()));
    }

    [Fact]
    public async Task A_newcomer_gets_a_result_from_one_command_and_nothing_is_left_behind()
    {
        using var temporary = new TemporaryFolder();
        Directory.CreateDirectory(temporary["tmp"]);

        var finished = (await ForeignProcess.RunAsync(
            "dotnet", [Checkout.Cli, "perf", "produce", "--num-records", "20000", "--consume", "--json"], environment: new Dictionary<string, string> { ["TMPDIR"] = temporary["tmp"] })).MustSucceed();

        Assert.Equal(20_000, Json(finished).GetProperty("records").GetInt64());
        Assert.Equal(20_000, Json(finished).GetProperty("consumed").GetProperty("records").GetInt64());
        Assert.Contains("a broker started for this run", finished.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(temporary["tmp"], "flowlog-perf-*"));
    }

    [Fact]
    public async Task Transactions_are_counted_and_so_are_their_records()
    {
        await using var server = await ServerProcess.StartAsync("transaction.state.log.num.partitions=1");
        string[] cluster = ["--bootstrap-server", server.Address, "--topic", "orders"];

        var one = (await ForeignProcess.RunFlowLogAsync(
            ["perf", "txn", .. cluster, "--num-transactions", "30", "--records-per-transaction", "4", "--abort-every", "10", "--json"])).MustSucceed();
        var kafkas = (await ForeignProcess.RunFlowLogAsync(
            ["perf", "produce", .. cluster, "--num-records", "500", "--throughput", "5000", "--transaction-duration-ms", "20", "--json"])).MustSucceed();

        Assert.Equal((27, 3), (Json(one).GetProperty("committed").GetInt32(), Json(one).GetProperty("aborted").GetInt32()));
        var transactions = Json(kafkas).GetProperty("transactions").GetInt32();
        Assert.InRange(transactions, 1, 100);
        var committed = (await ForeignProcess.RunFlowLogAsync(
            ["perf", "consume", .. cluster, "--num-records", "10000", "--timeout", "3000", "--command-property", "isolation.level=read_committed", "--json"]));
        Assert.Equal(1, committed.ExitCode);
        Assert.Equal((27 * 4) + 500, Json(committed).GetProperty("records").GetInt64());

        // Each transaction ends with a marker, which is no record but has an offset.
        Assert.Equal((30 * 5) + 500 + transactions, await RecordsAsync(server, "orders"));
    }

    [Fact]
    public async Task Latency_is_measured_of_every_record_that_is_not_warm_up()
    {
        var steady = (await ForeignProcess.RunFlowLogAsync("perf", "latency", "--num-records", "400", "--throughput", "800", "--warmup-records", "100", "--json")).MustSucceed();
        var oneByOne = (await ForeignProcess.RunFlowLogAsync("perf", "latency", "--num-records", "200", "--one-at-a-time", "--json")).MustSucceed();

        Assert.Equal((400, 400, 300), (Json(steady).GetProperty("sent").GetInt32(), Json(steady).GetProperty("readBack").GetInt32(), Json(steady).GetProperty("measured").GetInt32()));
        Assert.Equal((200, 200, 180), (Json(oneByOne).GetProperty("sent").GetInt32(), Json(oneByOne).GetProperty("readBack").GetInt32(), Json(oneByOne).GetProperty("measured").GetInt32()));
        foreach (var run in new[] { steady, oneByOne })
        {
            var (acknowledged, readBack) = (Json(run).GetProperty("acknowledgedMs"), Json(run).GetProperty("readBackMs"));
            Assert.InRange(readBack.GetProperty("p50").GetDouble(), 0.001, readBack.GetProperty("max").GetDouble());
            Assert.InRange(acknowledged.GetProperty("p50").GetDouble(), 0.001, acknowledged.GetProperty("max").GetDouble());
            Assert.Contains(run.Lines, line => line.StartsWith("Percentiles: 50th = ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Stopping_it_prints_what_was_measured_so_far()
    {
        await using var run = ForeignProcess.StartFlowLog("perf", "produce", "--num-records", "1000000", "--throughput", "2000", "--reporting-interval", "200");
        await run.WaitForLineAsync(" ms max latency.");

        var finished = await run.TerminateAsync();

        Assert.Equal(130, finished.ExitCode);
        Assert.Matches(SentLine(), finished.Lines[^1]);
    }

    [Theory]
    [InlineData("--record-size and --payload-file", "produce", "--record-size", "10", "--payload-file", "x")]
    [InlineData("must be below --num-records", "produce", "--num-records", "10", "--warmup-records", "10")]
    [InlineData("--topic TOPIC", "produce", "--bootstrap-server", "127.0.0.1:1")]
    [InlineData("key=value", "produce", "--command-property", "acks")]
    [InlineData("linger.ms", "produce", "--command-property", "linger.mss=3", "--num-records", "10")]
    [InlineData("not a regular expression", "consume", "--include", "(")]
    [InlineData("at least 16", "latency", "--record-size", "3")]
    [InlineData("2 or more", "txn", "--abort-every", "1")]
    public async Task What_cannot_be_is_refused_with_the_way_out(string expected, params string[] arguments)
    {
        var finished = await ForeignProcess.RunFlowLogAsync(["perf", .. arguments]);

        Assert.Equal(2, finished.ExitCode);
        Assert.Contains(expected, finished.Error.Replace("--record-size, --payload-file", "--record-size and --payload-file", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static JsonElement Json(Finished finished) => JsonDocument.Parse(finished.Lines[^1]).RootElement;

    private static async Task<long> RecordsAsync(ServerProcess server, string topic)
    {
        var described = (await ForeignProcess.RunFlowLogAsync("topics", "describe", topic, "--bootstrap-server", server.Address)).MustSucceed();
        return described.Lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 2 && int.TryParse(words[0], out _))
            .Sum(words => long.Parse(words[^1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^\d+ records sent, \d+\.\d records/sec \(\d+\.\d\d MB/sec\), \d+\.\d\d ms avg latency, \d+\.\d\d ms max latency, \d+\.\d\d ms 50th, \d+\.\d\d ms 95th, \d+\.\d\d ms 99th, \d+\.\d\d ms 99\.9th\.$")]
    private static partial Regex SentLine();
}
