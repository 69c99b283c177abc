using System.Text.Json;
using FlowLog.Broker;
using FlowLog.Cli.Commands;
using FlowLog.Cli.Terminal;
using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Connect;
using FlowLog.Runtime;
using FlowLog.Streams;
using Microsoft.Extensions.Logging;

namespace FlowLog.Cli.Demo;

/// <summary>
/// One run of the demo: a broker, a Connect worker and a Streams application in this process, each talking to the others through the broker's
/// port alone. It ends when the offsets in the cluster show that every line has gone the whole way.
/// </summary>
internal sealed class DemoRun(DemoRequest request, ILoggerFactory loggers)
{
    private const string Application = "access-log-totals";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly DemoFolders _folders = DemoFolders.Create();
    private readonly World _world = World.Real();
    private readonly Progress _progress = Progress.ToStandardError();

    public async Task<int> RunAsync(CancellationToken stopping)
    {
        Say($"reading {request.Input}");
        var lines = await request.CountLinesAsync(stopping);

        await using var broker = await FlowLogBroker.StartAsync(BrokerOptions.SingleNode(_folders.Data).With("group.initial.rebalance.delay.ms", "0")
            .With("offsets.topic.num.partitions", "4").With("num.partitions", "2"), _world, loggers, stopping);
        var address = $"{broker.Endpoints[0].Host}:{broker.Endpoints[0].Port}";
        Say($"broker   listening on {address}");

        await using var admin = new ClientFactory(_world, loggers).CreateAdmin(new AdminOptions { BootstrapServers = address });
        await CreateTopicsAsync(admin, stopping);

        await using var worker = await ConnectWorker.StartAsync(WorkerOptions(address), BundledPlugins.Create(), _world, loggers, stopping);
        Say($"connect  REST on {worker.RestEndpoint}");

        await using var streams = await StartStreamsAsync(address, stopping);
        Say($"streams  application {Application}");

        var started = _world.Clock.GetTimestamp();
        var connectors = new DemoConnectors(request, _folders);
        using var rest = new ConnectRest(worker.RestEndpoint);
        foreach (var connector in connectors.Sinks.Append(DemoConnectors.Source))
            await rest.CreateAsync(connectors.Configuration(connector), stopping);

        var malformed = await WatchAsync(new Accounting(admin), streams, rest, connectors, lines, stopping);
        var took = _world.Clock.GetElapsedTime(started);
        _progress.Clear();

        await streams.StopAsync(stopping);
        await worker.StopAsync(stopping);
        await broker.StopAsync();
        return Report(DemoResults.Read(_folders), lines, malformed, took);
    }

    private static async Task CreateTopicsAsync(IAdminClient admin, CancellationToken cancellation)
    {
        NewTopic[] topics =
        [
            new(AccessLogTopology.Input, 2), new(AccessLogTopology.DeadLetters, 1), new(AccessLogTopology.StatusTotals, 1), new(AccessLogTopology.HostTotals, 1),
        ];
        foreach (var created in (await admin.CreateTopicsAsync(topics, cancellation: cancellation)).Values)
            created.Error.ThrowIfFailed();
    }

    private static ConnectWorkerOptions WorkerOptions(string address)
    {
        var properties = ConnectCommand.Defaults();
        properties["bootstrap.servers"] = address;
        properties["listeners"] = "http://127.0.0.1:0";
        properties["offset.flush.interval.ms"] = "250";
        properties["offset.storage.partitions"] = "1";
        properties["status.storage.partitions"] = "1";
        return ConnectWorkerOptions.FromProperties(properties);
    }

    private async Task<FlowLogStreams> StartStreamsAsync(string address, CancellationToken cancellation)
    {
        var builder = new StreamsBuilder();
        AccessLogTopology.Build(builder);
        return await FlowLogStreams.StartAsync(
            builder.Build(),
            new StreamsOptions
            {
                ApplicationId = Application,
                BootstrapServers = address,
                StateDirectory = _folders.State,
                CommitInterval = TimeSpan.FromMilliseconds(200),
            },
            _world, loggers, cancellation);
    }

    /// <summary>Waits until every line is accounted for, and returns how many were malformed.</summary>
    private async Task<long> WatchAsync(Accounting accounting, FlowLogStreams streams, ConnectRest rest, DemoConnectors connectors, long lines, CancellationToken stopping)
    {
        var (lastChange, lastSeen) = (_world.Clock.GetTimestamp(), "");
        while (true)
        {
            var read = await accounting.RecordsAsync(AccessLogTopology.Input, stopping);
            IReadOnlyList<string> between = await accounting.RepartitionTopicsAsync(Application, stopping);
            var processing = await accounting.LagAsync(Application, between.Prepend(AccessLogTopology.Input), stopping);
            var writing = await WritingLagAsync(accounting, connectors, stopping);
            if (read >= lines && processing == 0 && writing == 0)
                return await accounting.RecordsAsync(AccessLogTopology.DeadLetters, stopping);

            var seen = $"{read:N0} of {lines:N0} lines read, {processing:N0} in processing, {writing:N0} results to write";
            _progress.Report(() => seen);
            if (seen != lastSeen)
                (lastSeen, lastChange) = (seen, _world.Clock.GetTimestamp());
            else if (_world.Clock.GetElapsedTime(lastChange) > s_patience)
                throw new CommandException($"Nothing has moved for {s_patience.TotalMinutes:0} minutes: {seen}. Everything lies in {_folders.Root}; --log-level info tells more.");

            if (streams.Failure is { } problem)
                throw new CommandException($"The Streams application has failed: {problem.Message}");

            foreach (var connector in connectors.Sinks.Append(DemoConnectors.Source))
            {
                if (await rest.FailureOfAsync(connector, stopping) is { } failure)
                    throw new CommandException($"The connector {connector} has failed: {failure}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), _world.Clock, stopping);
        }
    }

    private static async Task<long> WritingLagAsync(Accounting accounting, DemoConnectors connectors, CancellationToken cancellation)
    {
        long lag = 0;
        foreach (var sink in connectors.Sinks)
        {
            var topic = sink.StartsWith("status", StringComparison.Ordinal) ? AccessLogTopology.StatusTotals : AccessLogTopology.HostTotals;
            lag += await accounting.LagAsync($"connect-{sink}", [topic], cancellation);
        }

        return lag;
    }

    private int Report(DemoResults results, long lines, long malformed, TimeSpan took)
    {
        if (results.Requests() + malformed != lines)
            throw new CommandException($"{lines:N0} lines went in, but {results.Requests():N0} were counted and {malformed:N0} are malformed. Everything lies in {_folders.Root}.");

        Console.WriteLine();
        results.Print(Console.Out);
        Console.WriteLine();
        Console.WriteLine($"{lines:N0} lines, {malformed:N0} malformed, all accounted for in {took.TotalSeconds:0.00} s ({lines / took.TotalSeconds:N0} lines/s through source, topology and sinks)");
        Console.WriteLine($"results and connector configs: {_folders.Results}");
        if (request.Postgres is not null)
            Console.WriteLine($"tables: {AccessLogTopology.StatusTotals}, {AccessLogTopology.HostTotals}");
        if (request.Keep)
            Console.WriteLine($"broker data: {_folders.Data}\nstate stores: {_folders.State}");
        else
            _folders.DropDataAndState();

        if (request.Json)
            Console.WriteLine(results.ToJson(lines, malformed, took).ToJsonString(JsonSerializerOptions.Default));
        return ExitCodes.Done;
    }

    private void Say(string sentence)
    {
        _progress.Clear();
        Console.WriteLine(sentence);
    }
}
