using System.CommandLine;
using FlowLog.Cli.Terminal;
using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;
using FlowLog.Runtime;

namespace FlowLog.Cli.Commands;

/// <summary>How a command finds its cluster: <c>--bootstrap-server</c>, client properties, and the clients made of them.</summary>
internal sealed class ClusterOptions
{
    /// <summary>How long a person waits for a cluster that was not there from the start; what goes wrong later is retried for as long as Kafka's defaults say.</summary>
    private static readonly (string, string) s_patience = ("default.api.timeout.ms", "15000");

    private readonly ClientFactory _clients = new(World.Real(), ClusterVoice.ToStandardError());

    private readonly Option<string> _servers = new("--bootstrap-server", "-b")
    {
        Description = "host:port of one or more brokers, separated by commas [env: FLOWLOG_BOOTSTRAP_SERVER]",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("FLOWLOG_BOOTSTRAP_SERVER") is { Length: > 0 } set ? set : "127.0.0.1:9092",
        HelpName = "HOST:PORT",
    };

    private readonly Option<string[]> _properties = new("--property", "-X")
    {
        Description = "A client property by its Kafka name, for example request.timeout.ms=5000; may be repeated",
        HelpName = "KEY=VALUE",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_servers);
        command.Options.Add(_properties);
    }

    public void AddServersTo(Command command) => command.Options.Add(_servers);

    /// <summary>Whether the servers stand on the command line, rather than being the default.</summary>
    public bool WasTold(ParseResult parsed) => parsed.GetResult(_servers) is { Implicit: false };

    public string Servers(ParseResult parsed) => parsed.GetRequiredValue(_servers);

    public IAdminClient Admin(ParseResult parsed) =>
        _clients.CreateAdmin(AdminOptions.FromProperties(Properties(parsed, s_patience)));

    public IProducer Producer(ParseResult parsed, params (string Key, string Value)[] defaults) =>
        _clients.CreateProducer(ProducerOptions.FromProperties(Properties(parsed, [.. defaults, s_patience, ("max.block.ms", "15000")])));

    public IConsumer Consumer(ParseResult parsed, params (string Key, string Value)[] defaults) =>
        _clients.CreateConsumer(ConsumerOptions.FromProperties(Properties(parsed, [.. defaults, s_patience])));

    private Dictionary<string, string> Properties(ParseResult parsed, params (string Key, string Value)[] defaults)
    {
        var properties = defaults.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        properties["bootstrap.servers"] = Servers(parsed);
        properties.TryAdd("client.id", "flowlog-cli");
        foreach (var (key, value) in KeyValues.Parse(parsed.GetValue(_properties), "--property"))
            properties[key] = value;
        return properties;
    }
}
