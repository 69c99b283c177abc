using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Offsets;

/// <summary>
/// The status topic: what connectors and tasks are doing, cluster-wide. Memory changes only when a record is read back, so every worker
/// shows the same.
/// </summary>
internal sealed class StatusLog(IKeyedTopic topic, ILogger log) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Status> _connectors = new(StringComparer.Ordinal);
    private readonly Dictionary<ConnectorTaskId, Status> _tasks = [];
    private readonly Dictionary<(string Connector, string Topic), TopicUse> _topics = [];

    public ValueTask StartAsync(CancellationToken cancellation) => topic.StartAsync(Apply, cancellation);

    public ValueTask RefreshAsync(CancellationToken cancellation) => topic.ReadToEndAsync(cancellation);

    public Status? Find(string connector)
    {
        lock (_gate)
            return _connectors.GetValueOrDefault(connector);
    }

    public Status? Find(ConnectorTaskId task)
    {
        lock (_gate)
            return _tasks.GetValueOrDefault(task);
    }

    /// <summary>The tasks of a connector that have a state, in the order of their numbers.</summary>
    public IReadOnlyList<(ConnectorTaskId Task, Status Status)> TasksOf(string connector)
    {
        lock (_gate)
            return [.. _tasks.Where(entry => entry.Key.Connector == connector).OrderBy(entry => entry.Key).Select(entry => (entry.Key, entry.Value))];
    }

    /// <summary>Every connector and task that has a state.</summary>
    public (IReadOnlyList<string> Connectors, IReadOnlyList<ConnectorTaskId> Tasks) Everything()
    {
        lock (_gate)
            return ([.. _connectors.Keys], [.. _tasks.Keys]);
    }

    /// <summary>The topics that a connector has used.</summary>
    public IReadOnlyList<TopicUse> TopicsOf(string connector)
    {
        lock (_gate)
            return [.. _topics.Values.Where(use => use.Connector == connector)];
    }

    public ValueTask WriteAsync(string connector, Status? status, CancellationToken cancellation) =>
        AppendAsync(StatusCodec.KeyOf(connector), status is null ? null : StatusCodec.Write(status), cancellation);

    public ValueTask WriteAsync(ConnectorTaskId task, Status? status, CancellationToken cancellation) =>
        AppendAsync(StatusCodec.KeyOf(task), status is null ? null : StatusCodec.Write(status), cancellation);

    /// <summary>Writes unless another worker has written since, or a later generation: a worker that was left behind must not overwrite its successor.</summary>
    public ValueTask WriteSafelyAsync(string connector, Status status, CancellationToken cancellation) =>
        IsSuperseded(Find(connector), status) ? default : WriteAsync(connector, status, cancellation);

    /// <inheritdoc cref="WriteSafelyAsync(string, Status, CancellationToken)"/>
    public ValueTask WriteSafelyAsync(ConnectorTaskId task, Status status, CancellationToken cancellation) =>
        IsSuperseded(Find(task), status) ? default : WriteAsync(task, status, cancellation);

    public ValueTask WriteAsync(TopicUse use, CancellationToken cancellation) =>
        AppendAsync(StatusCodec.KeyOf(use.Topic, use.Connector), StatusCodec.Write(use), cancellation);

    /// <summary>Forgets the topics that a connector has used.</summary>
    public ValueTask ForgetTopicsAsync(string connector, CancellationToken cancellation) =>
        topic.AppendAsync([.. TopicsOf(connector).Select(use => new KeyedEntry(StatusCodec.KeyOf(use.Topic, connector), null))], cancellation);

    public ValueTask DisposeAsync() => topic.DisposeAsync();

    private static bool IsSuperseded(Status? known, Status status) =>
        known is not null && known.WorkerId != status.WorkerId && known.Generation >= status.Generation;

    private ValueTask AppendAsync(byte[] key, byte[]? value, CancellationToken cancellation) =>
        topic.AppendAsync([new KeyedEntry(key, value)], cancellation);

    private void Apply(KeyedEntry entry)
    {
        var key = Encoding.UTF8.GetString(entry.Key.Span);
        try
        {
            lock (_gate)
                Apply(key, entry.Value);
        }
        catch (Exception problem) when (problem is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            log.RecordIgnored("status", key, problem.Message);
        }
    }

    private void Apply(string key, byte[]? value)
    {
        if (key.StartsWith(StatusCodec.Connector, StringComparison.Ordinal))
            Set(_connectors, key[StatusCodec.Connector.Length..], value, StatusCodec.ReadStatus);
        else if (key.StartsWith(StatusCodec.Task, StringComparison.Ordinal))
            Set(_tasks, StatusCodec.ReadTask(key[StatusCodec.Task.Length..]), value, StatusCodec.ReadStatus);
        else if (key.StartsWith(StatusCodec.Topic, StringComparison.Ordinal))
            Set(_topics, Swapped(StatusCodec.ReadTopic(key[StatusCodec.Topic.Length..])), value, StatusCodec.ReadTopicUse);
    }

    private static (string Connector, string Topic) Swapped((string Topic, string Connector) key) => (key.Connector, key.Topic);

    private static void Set<TKey, TValue>(Dictionary<TKey, TValue> map, TKey key, byte[]? value, Func<ReadOnlyMemory<byte>, TValue> read)
        where TKey : notnull
    {
        if (value is { } present)
            map[key] = read(present);
        else
            map.Remove(key);
    }
}
