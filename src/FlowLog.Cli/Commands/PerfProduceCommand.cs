using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FlowLog.Cli.Perf;
using FlowLog.Cli.Terminal;
using FlowLog.Client.Consuming;

namespace FlowLog.Cli.Commands;

/// <summary><c>flowlog perf produce</c>: Kafka's producer test, and the same with somebody reading at the same time.</summary>
internal sealed class PerfProduceCommand
{
    private static readonly TimeSpan s_readerPatience = TimeSpan.FromSeconds(30);

    private readonly PerfOptions _common = new(partitions: 6);
    private readonly Option<long> _records = new("--num-records", "-n") { Description = "Records to send, warm-up included", DefaultValueFactory = _ => 5_000_000 };
    private readonly Option<int?> _size = new("--record-size", "-s") { Description = "Bytes of each value, random letters; 100 unless another kind of payload is chosen" };
    private readonly Option<string?> _file = new("--payload-file") { Description = "Send values of this file, chosen at random", HelpName = "FILE" };
    private readonly Option<string> _delimiter = new("--payload-delimiter") { Description = "What stands between the values of the payload file", DefaultValueFactory = _ => "\\n" };
    private readonly Option<bool> _counting = new("--payload-monotonic") { Description = "Send the numbers 0, 1, 2, ... as text" };
    private readonly Option<double> _throughput = new("--throughput") { Description = "Records per second, about; -1 for as many as possible", DefaultValueFactory = _ => -1 };
    private readonly Option<long> _warmup = new("--warmup-records") { Description = "Records at the beginning that the steady-state figures leave out" };
    private readonly Option<int> _interval = new("--reporting-interval") { Description = "Milliseconds between two progress lines", DefaultValueFactory = _ => 5000 };
    private readonly Option<string?> _transactionalId = new("--transactional-id") { Description = "Send in transactions, under this id" };
    private readonly Option<int?> _transactionMs = new("--transaction-duration-ms") { Description = "Milliseconds after which each transaction is committed; 3000 if only an id is given" };
    private readonly Option<bool> _consume = new("--consume") { Description = "Read everything back at the same time, and count it" };

    public static Command Create(CancellationToken stopping) => new PerfProduceCommand().Build(stopping);

    private Command Build(CancellationToken stopping)
    {
        var command = new Command(
            "produce",
            "Send records and tell how many a second were acknowledged, and how long each took.\n\n"
            + "  flowlog perf produce --num-records 1000000 --command-property acks=all batch.size=65536\n"
            + "  flowlog perf produce --consume          also read them back, at the same time")
        {
            _records, _size, _file, _delimiter, _counting, _throughput, _warmup, _interval, _transactionalId, _transactionMs, _consume,
        };
        _common.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed, stopping));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stopping)
    {
        var request = Request(parsed);
        await using var cluster = await _common.ClusterAsync(parsed, stopping);
        var partitions = await cluster.EnsureTopicAsync(request.Topic, _common.Partitions(parsed), stopping);
        var before = await cluster.EndsAsync(partitions, stopping);

        (string, string)[] transaction = request.TransactionDuration is null
            ? []
            : [("transactional.id", parsed.GetValue(_transactionalId) ?? _common.Property(parsed, "transactional.id") ?? $"performance-producer-{Guid.NewGuid():N}")];
        await using var producer = _common.Producer(parsed, cluster, transaction);
        await using var consumer = parsed.GetValue(_consume) ? _common.Reader(cluster) : null;
        var cost = new ProcessCost();
        var run = new ProduceRun(producer, request, Console.Out);
        var reading = consumer is null ? null : Read(consumer, new ConsumeRequest { From = before, Records = request.Records, Timeout = s_readerPatience }, run, stopping);

        await run.RunAsync(stopping);
        var read = reading is null ? null : await reading;
        return Report(parsed, request, cluster, run, read, cost);
    }

    private static async Task<ConsumeRun> Read(IConsumer consumer, ConsumeRequest request, ProduceRun producing, CancellationToken stopping)
    {
        var run = new ConsumeRun(consumer, request);
        await run.RunAsync(stopping);
        return run;
    }

    private int Report(ParseResult parsed, ProduceRequest request, PerfCluster cluster, ProduceRun run, ConsumeRun? read, ProcessCost cost)
    {
        var whole = run.Statistics.Whole();
        Console.WriteLine(whole.Long("records sent"));
        if (request.Warmup > 0)
            Console.WriteLine(run.Statistics.Steady().Long("steady state records sent"));
        if (request.TransactionDuration is not null)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Transactions} transactions committed, {run.Transactions / Math.Max(1e-9, whole.Took.TotalSeconds):0.0} transactions/sec."));
        if (read is not null)
            Console.WriteLine($"{new Summary(read.Records, read.Bytes, read.Took, new LatencyHistogram()).Rate("records consumed at the same time")}.");

        var spent = cost.Until(whole.Records);
        _common.WriteFigures(parsed, spent, cluster.ProcessName, () => ToJson(request, cluster, run, read, spent));

        if (run.Statistics.Failed > 0)
            throw new CommandException($"{run.Statistics.Failed:N0} records were not acknowledged: {run.Statistics.FirstFailure}");
        if (read is { TimedOut: true })
            throw new CommandException($"Of {whole.Records:N0} acknowledged records {read.Records:N0} were read; nothing more came for {s_readerPatience.TotalSeconds:0} s.");
        return run.WasStopped ? ExitCodes.Interrupted : ExitCodes.Done;
    }

    private static JsonObject ToJson(ProduceRequest request, PerfCluster cluster, ProduceRun run, ConsumeRun? read, ProcessCost.Spent spent)
    {
        var json = run.Statistics.Whole().ToJson();
        json["failed"] = run.Statistics.Failed;
        if (request.Warmup > 0)
            json["steady"] = run.Statistics.Steady().ToJson();
        if (request.TransactionDuration is not null)
            json["transactions"] = run.Transactions;
        if (read is not null)
            json["consumed"] = ConsumeLines.ToJson(read);
        json["spent"] = spent.ToJson(cluster.ProcessName);
        json["interrupted"] = run.WasStopped;
        return json;
    }

    private ProduceRequest Request(ParseResult parsed)
    {
        TimeSpan? transaction = parsed.GetValue(_transactionMs) is { } ms ? TimeSpan.FromMilliseconds(ms)
            : parsed.GetValue(_transactionalId) is not null || _common.Property(parsed, "transactional.id") is not null ? TimeSpan.FromSeconds(3) : null;
        var request = new ProduceRequest
        {
            Topic = _common.Topic(parsed),
            Payloads = Payload(parsed),
            Records = parsed.GetValue(_records),
            Warmup = parsed.GetValue(_warmup),
            Throughput = parsed.GetValue(_throughput),
            TransactionDuration = transaction,
            ReportingInterval = TimeSpan.FromMilliseconds(parsed.GetValue(_interval)),
        };
        return Problem(request, parsed.GetValue(_consume)) is { } problem ? throw new CommandException(problem, ExitCodes.Usage) : request;
    }

    private static string? Problem(ProduceRequest request, bool consumes) => request switch
    {
        { Records: < 1 } => "--num-records must be at least 1.",
        { Warmup: < 0 } => "--warmup-records cannot be negative.",
        _ when request.Warmup >= request.Records => $"--warmup-records ({request.Warmup}) must be below --num-records ({request.Records}), which includes them.",
        { TransactionDuration: var duration } when duration <= TimeSpan.Zero => "--transaction-duration-ms must be positive.",
        _ when request.ReportingInterval <= TimeSpan.Zero => "--reporting-interval must be positive.",
        { TransactionDuration: not null } when consumes => "--consume reads records as they are acknowledged, which with transactions is before they are committed; use one or the other.",
        _ => null,
    };

    private Payloads Payload(ParseResult parsed)
    {
        var (size, file, counting) = (parsed.GetValue(_size), parsed.GetValue(_file), parsed.GetValue(_counting));
        if ((size is null ? 0 : 1) + (file is null ? 0 : 1) + (counting ? 1 : 0) > 1)
            throw new CommandException("--record-size, --payload-file and --payload-monotonic exclude each other.", ExitCodes.Usage);
        if (size is < 1)
            throw new CommandException("--record-size must be at least 1.", ExitCodes.Usage);

        return file is not null ? Payloads.OfFile(file, parsed.GetRequiredValue(_delimiter)) : counting ? Payloads.Counting() : Payloads.OfSize(size ?? 100);
    }
}
