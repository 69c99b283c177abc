using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FlowLog.Cli.Perf;
using FlowLog.Cli.Terminal;

namespace FlowLog.Cli.Commands;

/// <summary><c>flowlog perf latency</c>: from the producer's call to the consumer's hand.</summary>
internal sealed class PerfLatencyCommand
{
    private readonly PerfOptions _common = new(partitions: 1);
    private readonly Option<long> _records = new("--num-records", "--num-messages", "-n") { Description = "Records to send, warm-up included", DefaultValueFactory = _ => 10_000 };
    private readonly Option<long?> _warmup = new("--warmup-records") { Description = "Records at the beginning that do not count; a tenth of them unless told" };
    private readonly Option<int> _size = new("--record-size", "-s") { Description = "Bytes of each value, at least 16", DefaultValueFactory = _ => 100 };
    private readonly Option<double> _throughput = new("--throughput") { Description = "Records per second", DefaultValueFactory = _ => 1000 };
    private readonly Option<bool> _oneAtATime = new("--one-at-a-time") { Description = "Send the next record when the former has been read back, as Kafka's tool does, instead of at a rate" };
    private readonly Option<string> _acks = new("--producer-acks", "--acks") { Description = "all, 1 or 0", DefaultValueFactory = _ => "all" };

    public static Command Create(CancellationToken stopping) => new PerfLatencyCommand().Build(stopping);

    private Command Build(CancellationToken stopping)
    {
        var command = new Command(
            "latency",
            "Send records at a steady rate, read them back, and tell how long that took, counted from when each was due.\n\n"
            + "  flowlog perf latency --throughput 1000 --num-records 30000\n"
            + "  flowlog perf latency --one-at-a-time")
        {
            _records, _warmup, _size, _throughput, _oneAtATime, _acks,
        };
        _common.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed, stopping));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stopping)
    {
        Check(parsed);
        var topic = _common.Topic(parsed);
        await using var cluster = await _common.ClusterAsync(parsed, stopping);
        var partitions = await cluster.EnsureTopicAsync(topic, _common.Partitions(parsed), stopping);
        var acks = parsed.GetRequiredValue(_acks);
        await using var producer = _common.Producer(parsed, cluster, ("acks", acks), ("linger.ms", "0"));
        await using var consumer = _common.Reader(cluster);
        using var run = new LatencyRun(producer, consumer, new LatencyRequest
        {
            Topic = topic,
            From = await cluster.EndsAsync(partitions, stopping),
            Records = parsed.GetValue(_records),
            Warmup = Warmup(parsed),
            RecordSize = parsed.GetValue(_size),
            Throughput = parsed.GetValue(_oneAtATime) ? -1 : parsed.GetValue(_throughput),
        });
        var cost = new ProcessCost();
        await run.RunAsync(stopping);
        return Report(parsed, cluster, run, cost);
    }

    private int Report(ParseResult parsed, PerfCluster cluster, LatencyRun run, ProcessCost cost)
    {
        Console.WriteLine($"{run.Sent} records sent, {run.Read} read back, {run.ReadBack.Count} of them measured.");
        Write("acknowledged", run.Acknowledged);
        Write("read back", run.ReadBack);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Avg latency: {run.ReadBack.Mean / 1000:0.0000} ms"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Percentiles: 50th = {run.ReadBack.Percentile(0.5) / 1000.0:0.000}, 99th = {run.ReadBack.Percentile(0.99) / 1000.0:0.000}, 99.9th = {run.ReadBack.Percentile(0.999) / 1000.0:0.000}"));

        var spent = cost.Until(run.Sent);
        _common.WriteFigures(parsed, spent, cluster.ProcessName, () => new JsonObject
        {
            ["sent"] = run.Sent,
            ["readBack"] = run.Read,
            ["measured"] = run.ReadBack.Count,
            ["failed"] = run.Failed.Count,
            ["acknowledgedMs"] = Summary.ToJson(run.Acknowledged),
            ["readBackMs"] = Summary.ToJson(run.ReadBack),
            ["spent"] = spent.ToJson(cluster.ProcessName),
            ["interrupted"] = run.WasStopped,
        });

        if (run.Failed.Count > 0)
            throw new CommandException($"{run.Failed.Count:N0} records were not acknowledged: {run.Failed.Reason}");
        if (run.TimedOut)
            throw new CommandException($"Of {run.Sent:N0} acknowledged records {run.Read:N0} were read back; nothing more came.");
        return run.WasStopped ? ExitCodes.Interrupted : ExitCodes.Done;
    }

    private static void Write(string what, LatencyHistogram latency) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{what}: {latency.Mean / 1000:0.00} ms avg latency, {latency.Max / 1000.0:0.00} ms max latency, {Summary.Percentiles(latency)}."));

    private long Warmup(ParseResult parsed) => parsed.GetValue(_warmup) ?? parsed.GetValue(_records) / 10;

    private void Check(ParseResult parsed)
    {
        var (records, warmup) = (parsed.GetValue(_records), Warmup(parsed));
        var problem = records < 1 ? "--num-records must be at least 1."
            : warmup < 0 || warmup >= records ? $"--warmup-records ({warmup}) must be below --num-records ({records}), which includes them."
            : parsed.GetValue(_size) < LatencyRun.LeastBytes ? $"--record-size must be at least {LatencyRun.LeastBytes}: each value carries its time and its number."
            : parsed.GetValue(_throughput) <= 0 ? "--throughput must be positive; for one record after the other there is --one-at-a-time."
            : null;
        if (problem is not null)
            throw new CommandException(problem, ExitCodes.Usage);
    }
}
