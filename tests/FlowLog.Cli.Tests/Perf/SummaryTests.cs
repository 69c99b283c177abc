using FlowLog.Cli.Perf;

namespace FlowLog.Cli.Tests.Perf;

public sealed class SummaryTests
{
    [Fact]
    public void The_last_line_is_the_one_that_scripts_around_Kafkas_tool_read()
    {
        var summary = new Summary(1000, 100 * 1024 * 1024, TimeSpan.FromSeconds(2), Latencies(103, 250, 3000, 4000));

        Assert.Equal(
            "1000 records sent, 500.0 records/sec (50.00 MB/sec), 1.84 ms avg latency, 4.00 ms max latency, 0.25 ms 50th, 4.00 ms 95th, 4.00 ms 99th, 4.00 ms 99.9th.",
            summary.Long("records sent"));
        Assert.Equal("1000 records sent, 500.0 records/sec (50.00 MB/sec), 1.8 ms avg latency, 4.0 ms max latency.", summary.Short());
    }

    [Fact]
    public void A_run_that_took_no_time_has_no_rate() => Assert.Equal(0, new Summary(5, 5, TimeSpan.Zero, Latencies()).PerSecond);

    private static LatencyHistogram Latencies(params long[] microseconds)
    {
        var histogram = new LatencyHistogram();
        foreach (var value in microseconds)
            histogram.Add(value);
        return histogram;
    }
}
