using FlowLog.Connect.Offsets;
using FlowLog.Connect.Plugins;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Workers;

/// <summary>
/// Runs the connectors and tasks that the herder gives it. Called from the herder's loop only. Whatever goes wrong in one of them shows in
/// its state and nowhere else.
/// </summary>
internal sealed class Worker(
    ConnectWorkerOptions options,
    PluginCatalog plugins,
    ConfigVariables variables,
    TaskAssembly assembly,
    StatusWriter statuses,
    TimeProvider clock,
    ILoggerFactory logs)
{
    private readonly Dictionary<string, RunningConnector?> _connectors = new(StringComparer.Ordinal);
    private readonly Dictionary<ConnectorTaskId, RunningTask?> _tasks = [];
    private readonly ILogger _log = logs.CreateLogger<Worker>();

    /// <summary>The connectors that were started, failed ones included.</summary>
    public IReadOnlyCollection<string> Connectors => _connectors.Keys;

    /// <summary>The tasks that were started, failed ones included.</summary>
    public IReadOnlyCollection<ConnectorTaskId> Tasks => _tasks.Keys;

    /// <summary>Takes a connector over, which was not there or was stopped.</summary>
    public void StartConnector(string name, IReadOnlyDictionary<string, string> properties, TargetState target, TasksPlanned planned)
    {
        try
        {
            var resolved = variables.Resolve(properties);
            var plugin = FindConnector(resolved);
            var log = logs.CreateLogger($"FlowLog.Connect.Connectors.{name}");
            var connector = new RunningConnector(name, properties, resolved, plugin, statuses, planned, clock, log);
            _connectors[name] = connector;
            connector.GoTo(target);
        }
        catch (ConnectException problem)
        {
            _connectors[name] = null;
            _log.ConnectorFailed(name, problem);
            statuses.Write(name, RunState.Failed, problem);
        }
    }

    /// <summary>Does what the operator wants with a connector and those of its tasks that run here.</summary>
    public void SetTarget(string name, TargetState target)
    {
        foreach (var (id, task) in _tasks)
        {
            // The tasks of a stopped connector are taken away by the config topic, not paused.
            if (id.Connector == name && target != TargetState.Stopped)
                task?.SetPaused(target == TargetState.Paused);
        }

        _connectors.GetValueOrDefault(name)?.GoTo(target);
    }

    public async ValueTask StopConnectorAsync(string name)
    {
        if (!_connectors.Remove(name, out var connector))
            return;

        if (connector is not null)
            await connector.StopAsync(options.TaskShutdownGracefulTimeout);
        statuses.Write(name, RunState.Unassigned);
    }

    public void StartTask(
        ConnectorTaskId id, IReadOnlyDictionary<string, string> connectorProperties, IReadOnlyDictionary<string, string> taskProperties, bool paused)
    {
        string? version = null;
        try
        {
            var connector = variables.Resolve(connectorProperties);
            var task = variables.Resolve(taskProperties);
            var plugin = FindConnector(connector);
            version = plugin.Version;
            var listener = statuses.ListenerOf(id, version);
            var log = logs.CreateLogger($"FlowLog.Connect.Tasks.{id}");
            ITaskRunner runner = plugin.Create() switch
            {
                SourceConnector source => assembly.OfSource(id, source.CreateTask(task), connector, paused, listener, log),
                SinkConnector sink => assembly.OfSink(id, sink.CreateTask(task), connector, paused, listener, log),
                var other => throw new ConnectException($"{other.GetType()} is neither a source nor a sink."),
            };
            var running = new RunningTask(runner, listener, log);
            _tasks[id] = running;
            running.Start();
        }
        catch (Exception problem)
        {
            _tasks[id] = null;
            statuses.ListenerOf(id, version).Failed(problem);
        }
    }

    /// <summary>Stops tasks, all at once, and waits for them within the worker's grace.</summary>
    public async ValueTask StopTasksAsync(IReadOnlyCollection<ConnectorTaskId> ids)
    {
        var stopping = new List<RunningTask>();
        foreach (var id in ids)
        {
            if (_tasks.Remove(id, out var task) && task is not null)
                stopping.Add(task);
        }

        foreach (var task in stopping)
            task.RequestStop();
        await Task.WhenAll(stopping.Select(task => task.WaitAsync(options.TaskShutdownGracefulTimeout, clock)));
        foreach (var task in stopping)
            task.Dispose();
    }

    private PluginDescription FindConnector(Dictionary<string, string> resolved)
    {
        var name = resolved.GetValueOrDefault(ConnectorKeys.Class, "").Trim();
        return plugins.TryFindConnector(name, out var plugin) ? plugin : throw new ConnectException(plugins.UnknownConnector(name));
    }
}
