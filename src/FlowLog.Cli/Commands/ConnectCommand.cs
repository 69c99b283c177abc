using System.CommandLine;
using FlowLog.Cli.Terminal;
using FlowLog.Connect;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging;

namespace FlowLog.Cli.Commands;

/// <summary><c>flowlog connect</c>: one Connect worker, until it is told to stop.</summary>
internal static class ConnectCommand
{
    public static Command Create(CancellationToken stopping)
    {
        var cluster = new ClusterOptions();
        var config = new Option<string>("--config", "-c") { Description = "A file of properties, as Kafka's connect-distributed.properties", HelpName = "FILE" };
        var set = new Option<string[]>("--set", "-s") { Description = "One property by its Kafka name; wins over the file; may be repeated", HelpName = "KEY=VALUE" };
        var listen = new Option<string>("--listen", "-l") { Description = "Address of the REST interface (listeners)", HelpName = "HOST:PORT" };
        var level = LogLevels.Option();
        var command = new Command(
            "connect",
            "Run a Connect worker. Workers of the same group.id share the connectors.\n\n"
            + "  flowlog connect --bootstrap-server 127.0.0.1:9092 --listen 127.0.0.1:8083\n"
            + "  curl -X POST -H 'Content-Type: application/json' --data @connector.json http://127.0.0.1:8083/connectors")
        {
            config, set, listen, level,
        };
        cluster.AddServersTo(command);
        command.SetAction((parsed, _) =>
        {
            var properties = Properties(parsed.GetValue(config), parsed.GetValue(set));
            if (cluster.WasTold(parsed) || !properties.ContainsKey("bootstrap.servers"))
                properties["bootstrap.servers"] = cluster.Servers(parsed);
            if (parsed.GetValue(listen) is { } address)
                properties["listeners"] = Addresses.Listener(address, "http");
            return RunAsync(ConnectWorkerOptions.FromProperties(properties), parsed.GetValue(level), stopping);
        });
        return command;
    }

    /// <summary>What a worker needs to be told, for one that stands alone in front of a single broker.</summary>
    internal static Dictionary<string, string> Defaults() => new(StringComparer.Ordinal)
    {
        ["group.id"] = "connect-cluster",
        ["key.converter"] = "org.apache.kafka.connect.json.JsonConverter",
        ["value.converter"] = "org.apache.kafka.connect.json.JsonConverter",
        ["config.storage.topic"] = "connect-configs",
        ["offset.storage.topic"] = "connect-offsets",
        ["status.storage.topic"] = "connect-status",
        ["config.storage.replication.factor"] = "-1",
        ["offset.storage.replication.factor"] = "-1",
        ["status.storage.replication.factor"] = "-1",
    };

    private static Dictionary<string, string> Properties(string? file, IEnumerable<string>? set)
    {
        if (Directory.Exists(file))
            throw new CommandException($"The config file '{file}' is a folder.", ExitCodes.Usage);
        if (file is not null && !File.Exists(file))
            throw new CommandException($"The config file '{file}' does not exist.", ExitCodes.Usage);

        // A file says everything itself, as it does for Kafka Connect; without one the defaults make a worker that works.
        var properties = file is null ? Defaults() : new Dictionary<string, string>(Broker.ServerProperties.Parse(File.ReadAllText(file)), StringComparer.Ordinal);
        foreach (var (key, value) in KeyValues.Parse(set, "--set"))
            properties[key] = value;
        return properties;
    }

    private static async Task<int> RunAsync(ConnectWorkerOptions options, LogLevel level, CancellationToken stopping)
    {
        using var loggers = LineLoggerFactory.ToStandardError(level);
        await using var worker = await ConnectWorker.StartAsync(options, BundledPlugins.Create(), World.Real(), loggers, stopping);
        Console.WriteLine($"FlowLog Connect listening on {worker.RestEndpoint} (group {options.GroupId}, brokers {options.BootstrapServers})");

        var stopped = new TaskCompletionSource();
        await using (stopping.Register(stopped.SetResult))
            await stopped.Task;

        await worker.StopAsync(CancellationToken.None);
        Console.WriteLine("FlowLog Connect stopped.");
        return ExitCodes.Done;
    }
}
