using FlowLog.Connect.Herding;

namespace FlowLog.Connect.Rest;

/// <summary>What this worker is, and how it is.</summary>
internal sealed class WorkerRoutes(Herder herder, string clusterId)
{
    private static readonly TimeSpan s_healthTimeout = TimeSpan.FromSeconds(10);
    private static readonly string s_version = typeof(WorkerRoutes).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public void AddTo(RestRoutes routes) => routes
        .Add("GET", "/", _ => RestAnswer.Of(new WorkerBody(s_version, "flowlog", clusterId)))
        .Add("GET", "/health", HealthAsync);

    /// <summary>The answer while the worker still reads its topics.</summary>
    public static RestAnswer Starting { get; } = RestAnswer.Of(new HealthBody("starting", "Worker is still starting up."), 503);

    private async ValueTask<RestAnswer> HealthAsync(RestRequest request, CancellationToken cancellation)
    {
        if (!herder.Joined.IsCompletedSuccessfully)
            return Starting;

        try
        {
            await herder.Loop.AskAsync("answering a health check", () => new ValueTask<bool>(true), s_healthTimeout, cancellation);
            return RestAnswer.Of(new HealthBody("healthy", "Worker has completed startup and is ready to handle requests."));
        }
        catch (RequestException problem)
        {
            return RestAnswer.Of(new HealthBody("unhealthy", $"Worker was unable to handle this health check: {problem.Message}"), 500);
        }
    }
}
