using System.Diagnostics.CodeAnalysis;
using FlowLog.Connect.Offsets;
using FlowLog.Connect.Plugins;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Workers;

/// <summary>Told the tasks that a connector planned, as they go into the config topic.</summary>
internal delegate void TasksPlanned(string connector, IReadOnlyList<Dictionary<string, string>> tasks);

/// <summary>
/// A connector that this worker owns. What it is told to do happens in order on a chain of its own, because a connector may block while it
/// connects to something, and nobody else should wait for that.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer and no handle: there is nothing to free.")]
internal sealed class RunningConnector : IConnectorContext
{
    private readonly IReadOnlyDictionary<string, string> _properties;
    private readonly Dictionary<string, string> _resolved;
    private readonly PluginDescription _plugin;
    private readonly StatusWriter _statuses;
    private readonly TasksPlanned _planned;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task _chain = Task.CompletedTask;
    private Connector? _connector;
    private volatile bool _failed;

    public RunningConnector(
        string name, IReadOnlyDictionary<string, string> properties, Dictionary<string, string> resolved, PluginDescription plugin, StatusWriter statuses, TasksPlanned planned, TimeProvider clock, ILogger log)
    {
        Name = name;
        Clock = clock;
        Log = log;
        _properties = properties;
        _resolved = resolved;
        _plugin = plugin;
        _statuses = statuses;
        _planned = planned;
    }

    public string Name { get; }

    public TimeProvider Clock { get; }

    public ILogger Log { get; }

    /// <summary>Goes where the operator wants it; once it runs, its tasks are planned.</summary>
    public void GoTo(TargetState target) => Chain(() => target == TargetState.Started ? StartAsync() : RestAsync(target));

    /// <summary>Plans the tasks anew.</summary>
    public void RequestReplanning() => Chain(PlanAsync);

    /// <summary>Completes when the connector has stopped, or when the time is up.</summary>
    public async ValueTask StopAsync(TimeSpan timeout)
    {
        await _stop.CancelAsync();
        Chain(CloseAsync);
        await _chain.WaitAsync(timeout, Clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Fail(Exception why)
    {
        _failed = true;
        Log.ConnectorFailed(Name, why);
        _statuses.Write(Name, RunState.Failed, why, _plugin.Version);
    }

    private void Chain(Func<Task> link)
    {
        lock (_gate)
            _chain = RunAfterAsync(_chain, link);
    }

    private async Task RunAfterAsync(Task before, Func<Task> link)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        try
        {
            await link();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The connector is being stopped.
        }
        catch (Exception problem)
        {
            Fail(problem);
        }
    }

    private async Task StartAsync()
    {
        // A failed connector is not revived by being told to run; only a restart does that.
        if (_connector is not null || _failed || _stop.IsCancellationRequested)
            return;

        _connector = (Connector)_plugin.Create();
        await _connector.StartAsync(this, _resolved, _stop.Token);
        Log.ConnectorRuns(Name);
        _statuses.Write(Name, RunState.Running, version: _plugin.Version);
        await PlanAsync();
    }

    private async Task RestAsync(TargetState target)
    {
        await CloseAsync();
        _failed = false;
        _statuses.Write(Name, target == TargetState.Paused ? RunState.Paused : RunState.Stopped, version: _plugin.Version);
    }

    private async Task PlanAsync()
    {
        if (_connector is not { } connector || _failed || _stop.IsCancellationRequested)
            return;

        var config = (_plugin.Kind == PluginKind.Source ? ConnectorKeys.OfSource : ConnectorKeys.OfSink).Parse(_resolved);
        var maximum = config.Int(ConnectorKeys.TasksMax);
        var planned = await connector.PlanTasksAsync(_resolved, maximum, _stop.Token);
        if (planned.Count > maximum && config.Flag(ConnectorKeys.TasksMaxEnforce))
        {
            throw new ConnectException(
                $"The connector {Name} has generated {planned.Count} tasks, which is greater than {maximum}, the maximum number of tasks it is configured to create.");
        }

        _planned(Name, [.. planned.Select(TaskProperties)]);
    }

    private Dictionary<string, string> TaskProperties(IReadOnlyDictionary<string, string> planned)
    {
        var task = ConfigVariables.Unresolve(planned, _properties, _resolved);
        task[ConnectorKeys.TaskClass] = _plugin.Name.EndsWith("Connector", StringComparison.Ordinal) ? _plugin.Name[..^"Connector".Length] + "Task" : _plugin.Name;
        foreach (var inherited in (string[])[ConnectorKeys.Topics, ConnectorKeys.TopicsRegex])
        {
            if (_properties.TryGetValue(inherited, out var value))
                task[inherited] = value;
        }

        return task;
    }

    private async Task CloseAsync()
    {
        if (_connector is not { } connector)
            return;

        _connector = null;
        try
        {
            await connector.DisposeAsync();
        }
        catch (Exception problem)
        {
            Log.ConnectorStopFailed(Name, problem);
        }
    }
}
