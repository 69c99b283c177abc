using System.CommandLine;
using System.Text.Json.Nodes;
using FlowLog.Broker;
using FlowLog.Cli.Perf;
using FlowLog.Cli.Terminal;
using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;
using FlowLog.Runtime;

namespace FlowLog.Cli.Commands;

/// <summary>What the perf commands have in common: the cluster (or a broker of their own), the topic, client properties under the names that Kafka's tools use.</summary>
internal sealed class PerfOptions
{
    private const string OwnTopic = "flowlog-perf";

    private readonly ClientFactory _clients = new(World.Real(), ClusterVoice.ToStandardError());

    private readonly Option<string?> _servers = new("--bootstrap-server", "-b")
    {
        Description = "host:port of the brokers to measure; without it a broker is started for the run, in this process, on a temporary folder [env: FLOWLOG_BOOTSTRAP_SERVER]",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("FLOWLOG_BOOTSTRAP_SERVER") is { Length: > 0 } set ? set : null,
        HelpName = "HOST:PORT",
    };

    private readonly Option<string?> _topic = new("--topic", "-t") { Description = "Topic to use, created if it is not there; needed with --bootstrap-server", HelpName = "TOPIC" };

    private readonly Option<int> _partitions = new("--partitions")
    {
        Description = "Partitions of the topic, if it is created",
        HelpName = "N",
    };

    private readonly Option<string[]> _properties = new("--command-property", "--property", "-X", "--producer-props", "--consumer-props")
    {
        Description = "Client properties by their Kafka names, for example linger.ms=10 batch.size=65536",
        HelpName = "KEY=VALUE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _config = new("--command-config", "--producer.config", "--consumer.config") { Description = "A file of client properties", HelpName = "FILE" };

    private readonly Option<string[]> _brokerProperties = new("--broker-property")
    {
        Description = "Properties of the broker that is started for the run, for example durability=page-cache",
        HelpName = "KEY=VALUE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _metrics = new("--print-metrics") { Description = "Also print what this process has spent: CPU and memory per record, garbage collections" };
    private readonly Option<bool> _json = new("--json") { Description = "Print the figures as one JSON object on the last line" };

    public PerfOptions(int partitions) => _partitions.DefaultValueFactory = _ => partitions;

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _servers, _topic, _partitions, _properties, _config, _brokerProperties, _metrics, _json })
            command.Options.Add(option);
    }

    /// <summary>Prints what the run has spent, and its figures as one object, as far as that is asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="spent">By this process.</param>
    /// <param name="whose">What else this process was.</param>
    /// <param name="figures">The figures.</param>
    public void WriteFigures(ParseResult parsed, in ProcessCost.Spent spent, string whose, Func<JsonObject> figures)
    {
        if (parsed.GetValue(_metrics))
            spent.WriteTo(Console.Out, whose);
        if (parsed.GetValue(_json))
            Console.WriteLine(figures().ToJsonString());
    }

    public string? TopicOrNull(ParseResult parsed) => parsed.GetValue(_topic);

    /// <exception cref="CommandException">Somebody's cluster is measured, and no topic named: nobody's topics are written to by default.</exception>
    public string Topic(ParseResult parsed) => parsed.GetValue(_topic)
        ?? (parsed.GetValue(_servers) is null ? OwnTopic : throw new CommandException("With --bootstrap-server name the topic to use: --topic TOPIC.", ExitCodes.Usage));

    public int Partitions(ParseResult parsed) => parsed.GetValue(_partitions);

    public async Task<PerfCluster> ClusterAsync(ParseResult parsed, CancellationToken stopping)
    {
        var own = KeyValues.Parse(parsed.GetValue(_brokerProperties), "--broker-property").ToList();
        if (parsed.GetValue(_servers) is { } servers)
            return own.Count == 0 ? PerfCluster.Of(servers) : throw new CommandException("--broker-property is about the broker that is started for the run; with --bootstrap-server none is.", ExitCodes.Usage);

        var cluster = await PerfCluster.StartAsync(own, stopping);
        await Console.Error.WriteLineAsync($"No --bootstrap-server given: measuring a broker started for this run on {cluster.Servers}, its data in a temporary folder.");
        return cluster;
    }

    public IProducer Producer(ParseResult parsed, PerfCluster cluster, params (string Key, string Value)[] defaults) =>
        _clients.CreateProducer(ProducerOptions.FromProperties(Properties(parsed, cluster, defaults)));

    /// <summary>A producer that is not what is measured: it knows none of the properties on the command line.</summary>
    public IProducer Filler(PerfCluster cluster) =>
        _clients.CreateProducer(new ProducerOptions { BootstrapServers = cluster.Servers, BatchSize = 128 * 1024, Linger = TimeSpan.FromMilliseconds(20) });

    public IConsumer Consumer(ParseResult parsed, PerfCluster cluster, params (string Key, string Value)[] defaults) =>
        _clients.CreateConsumer(ConsumerOptions.FromProperties(Properties(parsed, cluster, defaults)));

    /// <summary>A consumer beside the producer that the properties on the command line are for.</summary>
    public IConsumer Reader(PerfCluster cluster) =>
        _clients.CreateConsumer(new ConsumerOptions { BootstrapServers = cluster.Servers, ClientId = "flowlog-perf-reader" });

    /// <summary>A property of the command line or of the file, or null.</summary>
    public string? Property(ParseResult parsed, string key) => Given(parsed).GetValueOrDefault(key);

    private Dictionary<string, string> Properties(ParseResult parsed, PerfCluster cluster, (string Key, string Value)[] defaults)
    {
        var properties = Given(parsed);
        foreach (var (key, value) in defaults)
            properties.TryAdd(key, value);
        properties.TryAdd("client.id", "flowlog-perf");
        properties["bootstrap.servers"] = cluster.Servers;
        return properties;
    }

    private Dictionary<string, string> Given(ParseResult parsed)
    {
        var properties = parsed.GetValue(_config) is { } file ? OfFile(file) : new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in KeyValues.Parse(parsed.GetValue(_properties), "--command-property"))
            properties[key] = value;
        return properties;
    }

    private static Dictionary<string, string> OfFile(string file) => File.Exists(file)
        ? new Dictionary<string, string>(ServerProperties.Parse(File.ReadAllText(file)), StringComparer.Ordinal)
        : throw new CommandException($"The config file '{file}' does not exist.", ExitCodes.Usage);
}
