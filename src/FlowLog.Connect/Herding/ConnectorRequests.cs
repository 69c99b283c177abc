using System.Collections.Immutable;
using FlowLog.Connect.Offsets;
using FlowLog.Connect.Plugins;
using FlowLog.Connect.Workers;

namespace FlowLog.Connect.Herding;

/// <summary>What operators ask about connectors. Reads are answered from memory by any worker; what changes the config topic is the leader's, and waits its turn on the herder's loop.</summary>
internal sealed class ConnectorRequests(
    ConnectWorkerOptions options, Herder herder, ConfigLog config, StatusLog statuses, StatusWriter writer, ConnectorValidation validation, PluginCatalog plugins)
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    public IReadOnlyList<string> Names() => [.. config.Image.Connectors.Select(connector => connector.Name)];

    public ConnectorInfo Info(string name) => InfoOf(Find(name));

    public ConnectorInfo? InfoOrNull(string name) => config.Image.Find(name) is { } connector ? InfoOf(connector) : null;

    public IReadOnlyList<(ConnectorTaskId Task, IReadOnlyDictionary<string, string> Config)> Tasks(string name) =>
        [.. Find(name).TaskIds.Zip(Find(name).Tasks, (task, properties) => (task, (IReadOnlyDictionary<string, string>)properties))];

    public ConnectorStatus Status(string name) =>
        StatusOrNull(name) ?? throw RequestException.NotFound($"No status found for connector {name}");

    public ConnectorStatus? StatusOrNull(string name) =>
        config.Image.Find(name) is { } connector && statuses.Find(name) is { } status
            ? new ConnectorStatus(name, status, statuses.TasksOf(name), TypeOf(connector.Properties!))
            : null;

    public Status TaskStatus(ConnectorTaskId task) =>
        statuses.Find(task) ?? throw RequestException.NotFound($"No status found for task {task}");

    /// <summary>Creates a connector, or replaces it where that is allowed; tells whether it was created.</summary>
    public async ValueTask<(bool Created, ConnectorInfo Info)> PutAsync(
        string name, IReadOnlyDictionary<string, string?> given, TargetState? initialState, bool allowReplace, CancellationToken cancellation)
    {
        (await validation.ValidateAsync(given, cancellation)).ThrowIfWrong();
        var properties = given.ToDictionary(entry => entry.Key, entry => entry.Value!, StringComparer.Ordinal);
        return await LeadAsync($"writing the configuration of {name}", async () =>
        {
            var created = !config.Image.Has(name);
            await config.WriteAsync(ConfigDecisions.Put(config.Image, name, properties, initialState, allowReplace), cancellation);

            // What is shown is what was asked for, in the order asked; the tasks are those of before until new ones are planned.
            return (created, Info(name) with { Config = properties });
        }, cancellation);
    }

    public async ValueTask<ConnectorInfo> PatchAsync(string name, IReadOnlyDictionary<string, string?> changes, CancellationToken cancellation)
    {
        var patched = await LeadAsync($"changing the configuration of {name}", () => new ValueTask<IReadOnlyDictionary<string, string>>(ConfigDecisions.Patch(config.Image, name, changes)), cancellation);
        var given = patched.ToDictionary(entry => entry.Key, string? (entry) => entry.Value, StringComparer.Ordinal);
        return (await PutAsync(name, given, null, allowReplace: true, cancellation)).Info;
    }

    public async ValueTask DeleteAsync(string name, CancellationToken cancellation) =>
        await WriteAsync($"deleting {name}", image => ConfigDecisions.Delete(image, name), cancellation);

    /// <summary>Pauses or resumes; any worker may write that.</summary>
    public async ValueTask SetTargetAsync(string name, TargetState target, CancellationToken cancellation)
    {
        if (target == TargetState.Stopped)
        {
            await WriteAsync($"stopping {name}", image => ConfigDecisions.SetTarget(image, name, target), cancellation);
            return;
        }

        await config.WriteAsync(ConfigDecisions.SetTarget(config.Image, name, target), cancellation);
    }

    /// <summary>Restarts a connector and, as asked, its tasks. Answers with what is about to happen; null for the connector alone.</summary>
    public async ValueTask<ConnectorStatus?> RestartAsync(string name, bool includeTasks, bool onlyFailed, CancellationToken cancellation)
    {
        if (!config.Image.Has(name))
            throw RequestException.NotFound($"Unknown connector: {name}");

        var request = new RestartRequested(name, includeTasks, onlyFailed);
        if (!includeTasks && !onlyFailed)
        {
            await RestartPlainAsync(name, cancellation);
            return null;
        }

        return await LeadAsync($"restarting {name}", async () =>
        {
            var status = StatusOrNull(name) ?? throw RequestException.NotFound($"Status for connector {name} not found");
            await config.WriteAsync([request], cancellation);
            return RestartPlan.Of(request, status).Announce(status);
        }, cancellation);
    }

    /// <summary>Restarts one task, on the worker that has it.</summary>
    public async ValueTask RestartTaskAsync(ConnectorTaskId task, CancellationToken cancellation)
    {
        if (!config.Image.Has(task.Connector))
            throw RequestException.NotFound($"Unknown connector: {task.Connector}");
        if (config.Image.TaskProperties(task) is null)
            throw RequestException.NotFound($"Unknown task: {task}");

        await OwnerAsync(
            statuses.Find(task),
            new RestartPlan(false, new HashSet<ConnectorTaskId> { task }),
            task.Connector,
            cancellation);
    }

    /// <summary>Publishes the tasks that a connector of another worker planned; the caller has checked the signature.</summary>
    public async ValueTask PutTasksAsync(string name, IReadOnlyList<IReadOnlyDictionary<string, string>> tasks, CancellationToken cancellation) =>
        await WriteAsync($"publishing tasks of {name}", image => ConfigDecisions.PutTasks(image, name, tasks), cancellation);

    public IReadOnlyList<string> Topics(string name)
    {
        if (!options.TopicTrackingEnable)
            throw new RequestException(403, "Topic tracking is disabled.");

        return [.. statuses.TopicsOf(name).Select(use => use.Topic).Order(StringComparer.Ordinal)];
    }

    public async ValueTask ForgetTopicsAsync(string name, CancellationToken cancellation)
    {
        if (!options.TopicTrackingEnable)
            throw new RequestException(403, "Topic tracking is disabled.");
        if (!options.TopicTrackingAllowReset)
            throw new RequestException(403, "Topic tracking reset is disabled.");

        await statuses.ForgetTopicsAsync(name, cancellation);
    }

    /// <summary>Runs on the leader's loop; elsewhere the request is passed on.</summary>
    public async ValueTask<T> LeadAsync<T>(string what, Func<ValueTask<T>> work, CancellationToken cancellation)
    {
        await WaitForGroupAsync(cancellation);
        return await herder.Loop.AskAsync(what, () => herder.Leads ? work() : throw new ElsewhereException(herder.LeaderUrl), Timeout, cancellation);
    }

    private async ValueTask WriteAsync(string what, Func<ConfigImage, IReadOnlyList<ConfigRecord>> decide, CancellationToken cancellation) =>
        await LeadAsync(what, async () =>
        {
            if (decide(config.Image) is { Count: > 0 } records)
                await config.WriteAsync(records, cancellation);
            return true;
        }, cancellation);

    private async ValueTask RestartPlainAsync(string name, CancellationToken cancellation) =>
        await OwnerAsync(statuses.Find(name), new RestartPlan(true, new HashSet<ConnectorTaskId>()), name, cancellation);

    // The owner is the worker that wrote the last state.
    private async ValueTask OwnerAsync(Status? status, RestartPlan plan, string connector, CancellationToken cancellation)
    {
        await WaitForGroupAsync(cancellation);
        if (status is not null && status.WorkerId != writer.WorkerId && status.State != RunState.Unassigned)
            throw new ElsewhereException($"http://{status.WorkerId}/");

        await herder.Loop.AskAsync($"restarting {connector}", async () =>
        {
            await herder.RestartAsync(plan, connector);
            return true;
        }, Timeout, cancellation);
    }

    private async ValueTask WaitForGroupAsync(CancellationToken cancellation)
    {
        try
        {
            await herder.Joined.WaitAsync(Timeout, cancellation);
        }
        catch (TimeoutException)
        {
            throw RequestException.Conflict("The worker has not joined its group yet; try again later.");
        }
    }

    private ConnectorConfig Find(string name) => config.Image.Find(name) ?? throw RequestException.NotFound($"Connector {name} not found");

    private ConnectorInfo InfoOf(ConnectorConfig connector) =>
        new(connector.Name, connector.Properties!, [.. connector.TaskIds], TypeOf(connector.Properties!));

    private string TypeOf(ImmutableSortedDictionary<string, string> properties) =>
        properties.TryGetValue(ConnectorKeys.Class, out var name) && plugins.TryFindConnector(name.Trim(), out var plugin) ? plugin.Kind.Word() : "unknown";
}
