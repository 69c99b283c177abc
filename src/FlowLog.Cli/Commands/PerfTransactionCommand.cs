using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FlowLog.Cli.Perf;
using FlowLog.Cli.Terminal;

namespace FlowLog.Cli.Commands;

/// <summary><c>flowlog perf txn</c>: transactions per second of one producer.</summary>
internal sealed class PerfTransactionCommand
{
    private readonly PerfOptions _common = new(partitions: 1);
    private readonly Option<long> _transactions = new("--num-transactions", "-n") { Description = "Transactions, warm-up included", DefaultValueFactory = _ => 5000 };
    private readonly Option<long?> _warmup = new("--warmup-transactions") { Description = "Transactions at the beginning that do not count; a tenth of them unless told" };
    private readonly Option<int> _recordsEach = new("--records-per-transaction") { Description = "Records in each transaction", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _size = new("--record-size", "-s") { Description = "Bytes of each value", DefaultValueFactory = _ => 100 };
    private readonly Option<int> _abortsEvery = new("--abort-every") { Description = "Abort every N-th transaction; 0 for none", HelpName = "N" };
    private readonly Option<string?> _transactionalId = new("--transactional-id") { Description = "Transactional id; one made for the run unless told" };

    public static Command Create(CancellationToken stopping) => new PerfTransactionCommand().Build(stopping);

    private Command Build(CancellationToken stopping)
    {
        var command = new Command(
            "txn",
            "Commit transactions one after the other and tell how many a second, and how long each took from its beginning.\n\n"
            + "  flowlog perf txn --num-transactions 5000 --records-per-transaction 10")
        {
            _transactions, _warmup, _recordsEach, _size, _abortsEvery, _transactionalId,
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
        await cluster.EnsureTopicAsync(topic, _common.Partitions(parsed), stopping);
        var id = parsed.GetValue(_transactionalId) ?? _common.Property(parsed, "transactional.id") ?? $"performance-producer-{Guid.NewGuid():N}";
        await using var producer = _common.Producer(parsed, cluster, ("transactional.id", id));
        var cost = new ProcessCost();
        var run = new TransactionRun(producer, topic, Payloads.OfSize(parsed.GetValue(_size)), parsed.GetValue(_recordsEach), parsed.GetValue(_abortsEvery));
        await run.RunAsync(parsed.GetValue(_transactions), Warmup(parsed), stopping);
        return Report(parsed, cluster, run, cost);
    }

    private int Report(ParseResult parsed, PerfCluster cluster, TransactionRun run, ProcessCost cost)
    {
        var perSecond = run.Latency.Count / Math.Max(1e-9, run.Took.TotalSeconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{run.Committed} transactions committed, {run.Aborted} aborted, {perSecond:0.0} transactions/sec, {run.Latency.Mean / 1000:0.00} ms avg latency, {run.Latency.Max / 1000.0:0.00} ms max latency, {Summary.Percentiles(run.Latency)}."));

        var spent = cost.Until(run.Committed + run.Aborted);
        _common.WriteFigures(parsed, spent, $"{cluster.ProcessName}, a transaction counted as a record", () => new JsonObject
        {
            ["committed"] = run.Committed,
            ["aborted"] = run.Aborted,
            ["recordsEach"] = parsed.GetValue(_recordsEach),
            ["measured"] = run.Latency.Count,
            ["seconds"] = Math.Round(run.Took.TotalSeconds, 6),
            ["transactionsPerSecond"] = Math.Round(perSecond, 1),
            ["latencyMs"] = Summary.ToJson(run.Latency),
            ["spentPerTransaction"] = spent.ToJson(cluster.ProcessName),
            ["interrupted"] = run.WasStopped,
        });
        return run.WasStopped ? ExitCodes.Interrupted : ExitCodes.Done;
    }

    private long Warmup(ParseResult parsed) => parsed.GetValue(_warmup) ?? parsed.GetValue(_transactions) / 10;

    private void Check(ParseResult parsed)
    {
        var (transactions, warmup) = (parsed.GetValue(_transactions), Warmup(parsed));
        var problem = transactions < 1 ? "--num-transactions must be at least 1."
            : warmup < 0 || warmup >= transactions ? $"--warmup-transactions ({warmup}) must be below --num-transactions ({transactions}), which includes them."
            : parsed.GetValue(_recordsEach) < 1 ? "--records-per-transaction must be at least 1."
            : parsed.GetValue(_size) < 0 ? "--record-size cannot be negative."
            : parsed.GetValue(_abortsEvery) is < 0 or 1 ? "--abort-every must be 2 or more, or 0 for none."
            : null;
        if (problem is not null)
            throw new CommandException(problem, ExitCodes.Usage);
    }
}
