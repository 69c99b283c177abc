using System.Text.Json;
using FlowLog.Connect.Herding;
using FlowLog.Connect.Offsets;
using FlowLog.Connect.Workers;

namespace FlowLog.Connect.Rest;

/// <summary>Everything under <c>/connectors</c> but offsets.</summary>
internal sealed class ConnectorRoutes(ConnectorRequests connectors, ConfigLog config)
{
    private const string One = "/connectors/{connector}";

    public void AddTo(RestRoutes routes) => routes
        .Add("GET", "/connectors", request => List(request))
        .Add("POST", "/connectors", CreateAsync)
        .Add("GET", One, request => RestAnswer.Of(ConnectorBody.Of(connectors.Info(request.Name))))
        .Add("DELETE", One, DeleteAsync)
        .Add("GET", $"{One}/config", request => RestAnswer.Of(connectors.Info(request.Name).Config))
        .Add("PUT", $"{One}/config", PutAsync)
        .Add("PATCH", $"{One}/config", PatchAsync)
        .Add("GET", $"{One}/status", request => RestAnswer.Of(StatusBody.Of(connectors.Status(request.Name))))
        .Add("PUT", $"{One}/pause", (request, cancellation) => SetTargetAsync(request, TargetState.Paused, 202, cancellation))
        .Add("PUT", $"{One}/resume", (request, cancellation) => SetTargetAsync(request, TargetState.Started, 202, cancellation))
        .Add("PUT", $"{One}/stop", (request, cancellation) => SetTargetAsync(request, TargetState.Stopped, 204, cancellation))
        .Add("POST", $"{One}/restart", RestartAsync)
        .Add("GET", $"{One}/tasks", request => Tasks(request))
        .Add("POST", $"{One}/tasks", PutTasksAsync)
        .Add("GET", $"{One}/tasks/{{task}}/status", request => RestAnswer.Of(TaskStateBody.Of(request.Task, connectors.TaskStatus(request.Task))))
        .Add("POST", $"{One}/tasks/{{task}}/restart", RestartTaskAsync)
        .Add("GET", $"{One}/topics", request => Topics(request))
        .Add("PUT", $"{One}/topics/reset", ForgetTopicsAsync);

    private RestAnswer List(RestRequest request)
    {
        if (!request.Query.TryGetValue("expand", out var expand))
            return RestAnswer.Of(connectors.Names());

        var expansions = expand.Split(',');
        var all = new SortedDictionary<string, Dictionary<string, object>>(StringComparer.Ordinal);
        foreach (var name in connectors.Names())
        {
            var parts = new Dictionary<string, object>();
            if (expansions.Contains("status") && connectors.StatusOrNull(name) is { } status)
                parts["status"] = StatusBody.Of(status);
            if (expansions.Contains("info") && connectors.InfoOrNull(name) is { } info)
                parts["info"] = ConnectorBody.Of(info);
            all[name] = parts;
        }

        return RestAnswer.Of(all);
    }

    private async ValueTask<RestAnswer> CreateAsync(RestRequest request, CancellationToken cancellation)
    {
        var body = request.Json();
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("config", out var config))
            throw RequestException.BadRequest("The body must be an object with the members \"name\" and \"config\".");

        if (body.EnumerateObject().Select(member => member.Name).FirstOrDefault(member => member is not ("name" or "config" or "initial_state")) is { } unknown)
            throw RequestException.BadRequest($"The body has a member \"{unknown}\"; there are \"name\", \"config\" and \"initial_state\".");

        var properties = RestRequest.MapOf(config, "\"config\"");
        var given = body.TryGetProperty("name", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : properties.GetValueOrDefault("name") ?? "";
        var name = given.Trim();

        var state = body.TryGetProperty("initial_state", out var initial) && initial.ValueKind == JsonValueKind.String ? StateOf(initial.GetString()!) : (TargetState?)null;
        var (_, info) = await connectors.PutAsync(name, Named(name, properties), state, allowReplace: false, cancellation);
        return RestAnswer.Of(ConnectorBody.Of(info), 201) with { Location = LocationOf(name) };
    }

    private async ValueTask<RestAnswer> PutAsync(RestRequest request, CancellationToken cancellation)
    {
        var (created, info) = await connectors.PutAsync(request.Name, Named(request.Name, request.JsonMap()), null, allowReplace: true, cancellation);
        return created
            ? RestAnswer.Of(ConnectorBody.Of(info), 201) with { Location = LocationOf(request.Name) }
            : RestAnswer.Of(ConnectorBody.Of(info));
    }

    private async ValueTask<RestAnswer> PatchAsync(RestRequest request, CancellationToken cancellation) =>
        RestAnswer.Of(ConnectorBody.Of(await connectors.PatchAsync(request.Name, request.JsonMap(), cancellation)));

    private async ValueTask<RestAnswer> DeleteAsync(RestRequest request, CancellationToken cancellation)
    {
        await connectors.DeleteAsync(request.Name, cancellation);
        return RestAnswer.Nothing(204);
    }

    private async ValueTask<RestAnswer> SetTargetAsync(RestRequest request, TargetState target, int status, CancellationToken cancellation)
    {
        await connectors.SetTargetAsync(request.Name, target, cancellation);
        return RestAnswer.Nothing(status);
    }

    private async ValueTask<RestAnswer> RestartAsync(RestRequest request, CancellationToken cancellation)
    {
        var status = await connectors.RestartAsync(request.Name, request.Flag("includeTasks"), request.Flag("onlyFailed"), cancellation);
        return status is null ? RestAnswer.Nothing(204) : RestAnswer.Of(StatusBody.Of(status), 202);
    }

    private RestAnswer Tasks(RestRequest request) =>
        RestAnswer.Of(connectors.Tasks(request.Name).Select(task => new TaskConfigBody(TaskBody.Of(task.Task), task.Config)).ToList());

    // From another worker, whose connector has planned its tasks.
    private async ValueTask<RestAnswer> PutTasksAsync(RestRequest request, CancellationToken cancellation)
    {
        SessionKeys.Check(
            config.Image.SessionKey,
            request.Body.Span,
            request.Headers.GetValueOrDefault(LeaderClient.Signature),
            request.Headers.GetValueOrDefault(LeaderClient.Algorithm));
        var body = request.Json();
        if (body.ValueKind != JsonValueKind.Array)
            throw RequestException.BadRequest("The body must be an array of task configurations.");

        var tasks = body.EnumerateArray()
            .Select(task => RestRequest.MapOf(task, "A task configuration"))
            .Select(task => task.ToDictionary(entry => entry.Key, entry => entry.Value ?? "", StringComparer.Ordinal))
            .ToList();
        await connectors.PutTasksAsync(request.Name, tasks, cancellation);
        return RestAnswer.Nothing(204);
    }

    private async ValueTask<RestAnswer> RestartTaskAsync(RestRequest request, CancellationToken cancellation)
    {
        await connectors.RestartTaskAsync(request.Task, cancellation);
        return RestAnswer.Nothing(204);
    }

    private RestAnswer Topics(RestRequest request) =>
        RestAnswer.Of(new Dictionary<string, TopicsBody> { [request.Name] = new(connectors.Topics(request.Name)) });

    private async ValueTask<RestAnswer> ForgetTopicsAsync(RestRequest request, CancellationToken cancellation)
    {
        await connectors.ForgetTopicsAsync(request.Name, cancellation);
        return RestAnswer.Nothing(202);
    }

    private static Dictionary<string, string?> Named(string name, Dictionary<string, string?> properties)
    {
        if (properties.TryAdd(ConnectorKeys.Name, name) || properties[ConnectorKeys.Name] == name)
            return properties;

        throw RequestException.BadRequest($"Connector name configuration ({properties[ConnectorKeys.Name]}) doesn't match connector name in the URL ({name})");
    }

    private static TargetState StateOf(string text) => text.ToUpperInvariant() switch
    {
        "RUNNING" => TargetState.Started,
        "PAUSED" => TargetState.Paused,
        "STOPPED" => TargetState.Stopped,
        _ => throw RequestException.BadRequest($"The initial_state \"{text}\" is none of RUNNING, PAUSED, STOPPED."),
    };

    private static string LocationOf(string name) => $"/connectors/{Uri.EscapeDataString(name)}";
}
