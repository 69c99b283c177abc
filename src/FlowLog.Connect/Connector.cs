using Microsoft.Extensions.Logging;

namespace FlowLog.Connect;

/// <summary>What a connector may use of the worker that runs it.</summary>
public interface IConnectorContext
{
    /// <summary>The connector's name.</summary>
    string Name { get; }

    /// <summary>Time and timers.</summary>
    TimeProvider Clock { get; }

    /// <summary>A log that names the connector.</summary>
    ILogger Log { get; }

    /// <summary>Asks the worker to plan the tasks anew, because what they are planned from has changed.</summary>
    void RequestReplanning();

    /// <summary>Fails the connector.</summary>
    void Fail(Exception why);
}

/// <summary>
/// Plans the tasks of one configuration. An instance is made on the worker that owns the connector and told its configuration; other
/// instances are made, never started, to validate configurations and to create tasks on other workers. Derive from
/// <see cref="SourceConnector{TOptions}"/> or <see cref="SinkConnector{TOptions}"/>.
/// </summary>
public abstract class Connector : IAsyncDisposable
{
    /// <summary>Version shown by the REST interface; the assembly's unless overridden.</summary>
    public virtual string Version => GetType().Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>The keys that the connector understands.</summary>
    public abstract ConfigDefinition Definition { get; }

    /// <summary>Looks for problems that no single key shows. Called only when every key passed. May connect to the outside world.</summary>
    public virtual ValueTask<IReadOnlyList<ConfigProblem>> FindProblemsAsync(
        IReadOnlyDictionary<string, string> properties, CancellationToken cancellation) => new([]);

    /// <summary>Called once before tasks are planned.</summary>
    public virtual ValueTask StartAsync(
        IConnectorContext context, IReadOnlyDictionary<string, string> properties, CancellationToken cancellation) => default;

    /// <summary>The configuration of each task; at most <paramref name="maximum"/> of them.</summary>
    /// <param name="properties">The connector's configuration.</param>
    /// <param name="maximum">The value of <c>tasks.max</c>.</param>
    /// <param name="cancellation">Fires when the worker stops.</param>
    public abstract ValueTask<IReadOnlyList<IReadOnlyDictionary<string, string>>> PlanTasksAsync(
        IReadOnlyDictionary<string, string> properties, int maximum, CancellationToken cancellation);

    /// <summary>Called once when the connector stops; not for instances that were never started.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }
}

/// <summary>A connector that reads from the outside world.</summary>
public abstract class SourceConnector : Connector
{
    /// <summary>Makes a task from one of the planned configurations.</summary>
    public abstract SourceTask CreateTask(IReadOnlyDictionary<string, string> properties);

    /// <summary>Whether every record's position lets a restart continue exactly; needed for <c>exactly.once.support=required</c>.</summary>
    public virtual bool SupportsExactlyOnce(IReadOnlyDictionary<string, string> properties) => false;

    /// <summary>Looks at a position that an operator wants to set by the REST interface; answers with what is wrong, or null.</summary>
    /// <param name="partition">The part of the source.</param>
    /// <param name="offset">The position in it; null to forget it.</param>
    public virtual string? ProblemWith(IReadOnlyDictionary<string, object?> partition, IReadOnlyDictionary<string, object?>? offset) => null;
}

/// <summary>A connector that writes to the outside world.</summary>
public abstract class SinkConnector : Connector
{
    /// <summary>Makes a task from one of the planned configurations.</summary>
    public abstract SinkTask CreateTask(IReadOnlyDictionary<string, string> properties);
}

/// <summary>A source connector whose configuration is an options type with <see cref="SettingAttribute"/>s. Plans one task.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
public abstract class SourceConnector<TOptions> : SourceConnector
    where TOptions : class
{
    /// <inheritdoc/>
    public override ConfigDefinition Definition => Settings<TOptions>.Definition;

    /// <inheritdoc/>
    public sealed override SourceTask CreateTask(IReadOnlyDictionary<string, string> properties) =>
        CreateTask(Settings<TOptions>.Bind(properties));

    /// <summary>Makes a task.</summary>
    protected abstract SourceTask CreateTask(TOptions options);

    /// <inheritdoc/>
    public sealed override ValueTask<IReadOnlyList<ConfigProblem>> FindProblemsAsync(
        IReadOnlyDictionary<string, string> properties, CancellationToken cancellation) =>
        FindProblemsAsync(Settings<TOptions>.Bind(properties), cancellation);

    /// <summary>Looks for problems that no single key shows.</summary>
    protected virtual ValueTask<IReadOnlyList<ConfigProblem>> FindProblemsAsync(TOptions options, CancellationToken cancellation) => new([]);

    /// <summary>One task with the connector's own configuration.</summary>
    public override ValueTask<IReadOnlyList<IReadOnlyDictionary<string, string>>> PlanTasksAsync(
        IReadOnlyDictionary<string, string> properties, int maximum, CancellationToken cancellation) => new([properties]);
}

/// <summary>A sink connector whose configuration is an options type with <see cref="SettingAttribute"/>s. Plans as many equal tasks as allowed; the partitions are spread over them.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
public abstract class SinkConnector<TOptions> : SinkConnector
    where TOptions : class
{
    /// <inheritdoc/>
    public override ConfigDefinition Definition => Settings<TOptions>.Definition;

    /// <inheritdoc/>
    public sealed override SinkTask CreateTask(IReadOnlyDictionary<string, string> properties) =>
        CreateTask(Settings<TOptions>.Bind(properties));

    /// <summary>Makes a task.</summary>
    protected abstract SinkTask CreateTask(TOptions options);

    /// <inheritdoc/>
    public sealed override ValueTask<IReadOnlyList<ConfigProblem>> FindProblemsAsync(
        IReadOnlyDictionary<string, string> properties, CancellationToken cancellation) =>
        FindProblemsAsync(Settings<TOptions>.Bind(properties), cancellation);

    /// <summary>Looks for problems that no single key shows.</summary>
    protected virtual ValueTask<IReadOnlyList<ConfigProblem>> FindProblemsAsync(TOptions options, CancellationToken cancellation) => new([]);

    /// <summary>As many tasks as allowed, each with the connector's own configuration.</summary>
    public override ValueTask<IReadOnlyList<IReadOnlyDictionary<string, string>>> PlanTasksAsync(
        IReadOnlyDictionary<string, string> properties, int maximum, CancellationToken cancellation) =>
        new([.. Enumerable.Repeat(properties, maximum)]);
}
