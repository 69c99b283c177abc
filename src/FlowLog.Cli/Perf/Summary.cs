using System.Globalization;
using System.Text.Json.Nodes;

namespace FlowLog.Cli.Perf;

/// <summary>Figures about a number of records, in Kafka's words. As there, a megabyte is 2^20 bytes.</summary>
internal sealed record Summary(long Records, long Bytes, TimeSpan Took, LatencyHistogram Latency)
{
    public double PerSecond => Took > TimeSpan.Zero ? Records / Took.TotalSeconds : 0;

    public double MegabytesPerSecond => Took > TimeSpan.Zero ? Bytes / (double)(1 << 20) / Took.TotalSeconds : 0;

    /// <summary>The line that Kafka's tool prints now and then.</summary>
    public string Short() => string.Create(CultureInfo.InvariantCulture,
        $"{Rate("records sent")}, {Latency.Mean / 1000:0.0} ms avg latency, {Latency.Max / 1000.0:0.0} ms max latency.");

    /// <summary>The line that Kafka's tool ends with; its percentiles have decimals here, since most of them are below a millisecond.</summary>
    public string Long(string what) => string.Create(CultureInfo.InvariantCulture,
        $"{Rate(what)}, {Latency.Mean / 1000:0.00} ms avg latency, {Latency.Max / 1000.0:0.00} ms max latency, {Percentiles(Latency)}.");

    public string Rate(string what) => string.Create(CultureInfo.InvariantCulture, $"{Records} {what}, {PerSecond:0.0} records/sec ({MegabytesPerSecond:0.00} MB/sec)");

    public static string Percentiles(LatencyHistogram latency) => string.Create(CultureInfo.InvariantCulture,
        $"{Ms(latency, 0.5):0.00} ms 50th, {Ms(latency, 0.95):0.00} ms 95th, {Ms(latency, 0.99):0.00} ms 99th, {Ms(latency, 0.999):0.00} ms 99.9th");

    public JsonObject ToJson() => new()
    {
        ["records"] = Records,
        ["bytes"] = Bytes,
        ["seconds"] = Math.Round(Took.TotalSeconds, 6),
        ["recordsPerSecond"] = Math.Round(PerSecond, 1),
        ["megabytesPerSecond"] = Math.Round(MegabytesPerSecond, 3),
        ["latencyMs"] = ToJson(Latency),
    };

    public static JsonObject ToJson(LatencyHistogram latency) => new()
    {
        ["avg"] = Math.Round(latency.Mean / 1000, 3),
        ["p50"] = Ms(latency, 0.5),
        ["p95"] = Ms(latency, 0.95),
        ["p99"] = Ms(latency, 0.99),
        ["p999"] = Ms(latency, 0.999),
        ["max"] = latency.Max / 1000.0,
    };

    private static double Ms(LatencyHistogram latency, double share) => latency.Percentile(share) / 1000.0;
}
