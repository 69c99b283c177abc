using System.CommandLine;
using FlowLog.Broker;
using FlowLog.Cli.Terminal;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging;

namespace FlowLog.Cli.Commands;

/// <summary><c>flowlog server</c>: one broker, until it is told to stop.</summary>
internal static class ServerCommand
{
    public static Command Create(CancellationToken stopping)
    {
        var dataDirectory = new Option<string>("--data-dir", "-d") { Description = "Folder that holds everything; made and formatted if it is not there (log.dirs)", HelpName = "FOLDER" };
        var listen = new Option<string>("--listen", "-l") { Description = "Address to listen on (listeners); port 0 takes a free one", HelpName = "HOST:PORT" };
        var config = new Option<string>("--config", "-c") { Description = "A file of properties, as Kafka's server.properties", HelpName = "FILE" };
        var set = new Option<string[]>("--set", "-s") { Description = "One property by its Kafka name; wins over the file; may be repeated", HelpName = "KEY=VALUE" };
        var level = LogLevels.Option();
        var command = new Command(
            "server",
            "Run a broker. A single node needs no format step.\n\n"
            + "  flowlog server --data-dir data --listen 127.0.0.1:9092\n"
            + "  flowlog server --config server.properties --set log.retention.hours=24")
        {
            dataDirectory, listen, config, set, level,
        };
        command.SetAction((parsed, _) => RunAsync(
            Options(parsed.GetValue(config), parsed.GetValue(dataDirectory), parsed.GetValue(listen), parsed.GetValue(set)), parsed.GetValue(level), stopping));
        return command;
    }

    /// <exception cref="CommandException">The options cannot be used; every problem is listed.</exception>
    internal static BrokerOptions Options(string? file, string? dataDirectory, string? listen, IEnumerable<string>? set)
    {
        if (Directory.Exists(file))
            throw new CommandException($"The config file '{file}' is a folder.", ExitCodes.Usage);
        if (file is not null && !File.Exists(file))
            throw new CommandException($"The config file '{file}' does not exist.", ExitCodes.Usage);

        var options = file is null ? BrokerOptions.Default : BrokerOptions.FromFile(World.Real().Disk, file);
        foreach (var (key, value) in KeyValues.Parse(set, "--set"))
            options = options.With(key, value);
        if (dataDirectory is not null)
            options = options.With("log.dirs", Path.GetFullPath(dataDirectory));
        if (listen is not null)
            options = options.With("listeners", Addresses.Listener(listen, "PLAINTEXT"));
        if (file is null && dataDirectory is null && !options.Properties.ContainsKey("log.dirs"))
            throw new CommandException("Where shall the data lie? Give --data-dir FOLDER (or log.dirs in a --config file).", ExitCodes.Usage);

        var problems = options.Problems();
        return problems.Count == 0 ? options : throw new CommandException(string.Join("\nflowlog: ", problems), ExitCodes.Usage);
    }

    private static async Task<int> RunAsync(BrokerOptions options, LogLevel level, CancellationToken stopping)
    {
        using var loggers = LineLoggerFactory.ToStandardError(level);
        await using var broker = await FlowLogBroker.StartAsync(options, World.Real(loggers), loggers, stopping);
        Console.WriteLine(
            $"FlowLog listening on {string.Join(", ", broker.Endpoints.Select(endpoint => $"{endpoint.Host}:{endpoint.Port}"))} "
            + $"(node {broker.NodeId}, cluster {broker.ClusterId}, data in {string.Join(", ", options.LogDirectories)})");

        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stopping.Register(stopped.SetResult))
            await Task.WhenAny(stopped.Task, broker.Completion);

        await broker.StopAsync();
        await broker.Completion;
        Console.WriteLine("FlowLog stopped.");
        return ExitCodes.Done;
    }
}
