using System.CommandLine;
using System.Text.RegularExpressions;
using FlowLog.Cli.Perf;
using FlowLog.Cli.Terminal;

namespace FlowLog.Cli.Commands;

/// <summary><c>flowlog perf consume</c>: Kafka's consumer test.</summary>
internal sealed class PerfConsumeCommand
{
    private readonly PerfOptions _common = new(partitions: 6);
    private readonly Option<long> _records = new("--num-records", "--messages", "-n") { Description = "Records to read", DefaultValueFactory = _ => 5_000_000 };
    private readonly Option<int> _size = new("--record-size", "-s") { Description = "Bytes of each value, where the records are made for the run", DefaultValueFactory = _ => 100 };
    private readonly Option<string?> _include = new("--include") { Description = "Read all topics whose whole name matches", HelpName = "REGEX" };
    private readonly Option<string?> _group = new("--group", "-g") { Description = "Group to read as; by default one made for the run" };
    private readonly Option<bool> _fromLatest = new("--from-latest") { Description = "Begin at the end where the group has committed nothing" };
    private readonly Option<int?> _fetchSize = new("--fetch-size") { Description = "Most bytes of one partition in one answer (max.partition.fetch.bytes)" };
    private readonly Option<int> _timeout = new("--timeout") { Description = "End when no record has come for this many milliseconds", DefaultValueFactory = _ => 10_000 };
    private readonly Option<int> _interval = new("--reporting-interval") { Description = "Milliseconds between two lines of --show-detailed-stats", DefaultValueFactory = _ => 5000 };
    private readonly Option<bool> _detailed = new("--show-detailed-stats") { Description = "A line for each interval instead of one for the whole run" };
    private readonly Option<bool> _noHeading = new("--hide-header") { Description = "Leave the line with the names of the columns out" };

    public static Command Create(CancellationToken stopping) => new PerfConsumeCommand().Build(stopping);

    private Command Build(CancellationToken stopping)
    {
        var command = new Command(
            "consume",
            "Read records and tell how many a second came. Without --bootstrap-server the records are made first, which does not count.\n\n"
            + "  flowlog perf consume --bootstrap-server localhost:9092 --topic load --num-records 1000000")
        {
            _records, _size, _include, _group, _fromLatest, _fetchSize, _timeout, _interval, _detailed, _noHeading,
        };
        _common.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed, stopping));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stopping)
    {
        var request = Request(parsed);
        await using var cluster = await _common.ClusterAsync(parsed, stopping);
        if (cluster.IsOwn)
            await FillAsync(parsed, cluster, request, stopping);

        await using var consumer = _common.Consumer(parsed, cluster, Defaults(parsed));
        var lines = new ConsumeLines(Console.Out, parsed.GetValue(_detailed), !parsed.GetValue(_noHeading));
        var cost = new ProcessCost();
        var run = new ConsumeRun(consumer, request, lines.WriteInterval);
        lines.WriteHeading();
        await run.RunAsync(stopping);
        lines.WriteEnd(run);

        var spent = cost.Until(run.Records);
        _common.WriteFigures(parsed, spent, cluster.ProcessName, () =>
        {
            var json = ConsumeLines.ToJson(run);
            json["spent"] = spent.ToJson(cluster.ProcessName);
            json["interrupted"] = run.WasStopped;
            return json;
        });

        if (run.TimedOut)
            throw new CommandException($"{run.Records:N0} of {request.Records:N0} records came, then none for {request.Timeout.TotalMilliseconds:0} ms; --timeout waits longer, --num-records asks for fewer.");
        return run.WasStopped ? ExitCodes.Interrupted : ExitCodes.Done;
    }

    private async Task FillAsync(ParseResult parsed, PerfCluster cluster, ConsumeRequest request, CancellationToken stopping)
    {
        var topic = _common.Topic(parsed);
        await cluster.EnsureTopicAsync(topic, _common.Partitions(parsed), stopping);
        await using var producer = _common.Filler(cluster);
        var run = new ProduceRun(producer, new ProduceRequest { Topic = topic, Records = request.Records, Payloads = Payloads.OfSize(parsed.GetValue(_size)) }, progress: null);
        await run.RunAsync(stopping);
        stopping.ThrowIfCancellationRequested();
        await Console.Error.WriteLineAsync($"{run.Statistics.Whole().Records} records of {parsed.GetValue(_size)} bytes are there to be read.");
    }

    private (string, string)[] Defaults(ParseResult parsed)
    {
        List<(string, string)> defaults =
        [
            ("group.id", parsed.GetValue(_group) ?? $"perf-consumer-{Guid.NewGuid():N}"),
            ("auto.offset.reset", parsed.GetValue(_fromLatest) ? "latest" : "earliest"),
        ];
        if (parsed.GetValue(_fetchSize) is { } bytes)
            defaults.Add(("max.partition.fetch.bytes", bytes.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return [.. defaults];
    }

    private ConsumeRequest Request(ParseResult parsed)
    {
        var include = parsed.GetValue(_include);
        if (include is not null && _common.TopicOrNull(parsed) is not null)
            throw new CommandException("--topic and --include exclude each other.", ExitCodes.Usage);
        if (parsed.GetValue(_records) < 1)
            throw new CommandException("--num-records must be at least 1.", ExitCodes.Usage);
        if (parsed.GetValue(_interval) < 1 || parsed.GetValue(_timeout) < 1)
            throw new CommandException("--reporting-interval and --timeout must be positive.", ExitCodes.Usage);

        return new ConsumeRequest
        {
            Topic = include is null ? _common.Topic(parsed) : null,
            Include = include is null ? null : Pattern(include),
            Records = parsed.GetValue(_records),
            Timeout = TimeSpan.FromMilliseconds(parsed.GetValue(_timeout)),
            ReportingInterval = TimeSpan.FromMilliseconds(parsed.GetValue(_interval)),
        };
    }

    private static Regex Pattern(string text)
    {
        try
        {
            return new Regex(text, RegexOptions.CultureInvariant);
        }
        catch (ArgumentException problem)
        {
            throw new CommandException($"--include '{text}' is not a regular expression: {problem.Message}", ExitCodes.Usage);
        }
    }
}
