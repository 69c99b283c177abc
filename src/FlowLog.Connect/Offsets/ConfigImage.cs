using System.Collections.Immutable;

namespace FlowLog.Connect.Offsets;

/// <summary>What the config topic says about one connector.</summary>
internal sealed record ConnectorConfig(string Name)
{
    /// <summary>Null when the connector is deleted; what else is known of it lingers until it is made again.</summary>
    public ImmutableSortedDictionary<string, string>? Properties { get; init; }

    public TargetState Target { get; init; }

    /// <summary>The committed tasks; empty when there are none or when they are inconsistent.</summary>
    public ImmutableArray<ImmutableSortedDictionary<string, string>> Tasks { get; init; } = [];

    /// <summary>The connector's configuration when the tasks were committed: tasks run with that, not with a later one.</summary>
    public ImmutableSortedDictionary<string, string>? TasksProperties { get; init; }

    /// <summary>Whether a commit named tasks that are not all there: the log was compacted in between. They must be planned again.</summary>
    public bool IsInconsistent { get; init; }

    /// <summary>Counts commits.</summary>
    public int TaskGeneration { get; init; }

    /// <summary>Whether producers of an earlier generation of tasks may still be alive.</summary>
    public bool AwaitsFencing { get; init; }

    /// <summary>How many of them there are.</summary>
    public int? FencedTaskCount { get; init; }

    /// <summary>Tasks written since the last commit.</summary>
    public ImmutableSortedDictionary<int, ImmutableSortedDictionary<string, string>> Uncommitted { get; init; } =
        ImmutableSortedDictionary<int, ImmutableSortedDictionary<string, string>>.Empty;

    public IEnumerable<ConnectorTaskId> TaskIds => Enumerable.Range(0, Tasks.Length).Select(number => new ConnectorTaskId(Name, number));
}

/// <summary>Everything the config topic says up to an offset. Immutable: whoever holds one sees one moment.</summary>
internal sealed record ConfigImage
{
    private ImmutableSortedDictionary<string, ConnectorConfig> _all = ImmutableSortedDictionary.Create<string, ConnectorConfig>(StringComparer.Ordinal);

    public static ConfigImage Empty { get; } = new();

    /// <summary>The offset after the last record that is in it; −1 before the first.</summary>
    public long Offset { get; init; } = -1;

    public SessionKeySet? SessionKey { get; init; }

    /// <summary>The connectors that are configured.</summary>
    public IEnumerable<ConnectorConfig> Connectors => _all.Values.Where(connector => connector.Properties is not null);

    /// <summary>Whether a connector of this name is configured.</summary>
    public bool Has(string connector) => Find(connector) is not null;

    /// <summary>What is known of a configured connector, or null.</summary>
    public ConnectorConfig? Find(string connector) => _all.GetValueOrDefault(connector) is { Properties: not null } found ? found : null;

    /// <summary>The configuration of a committed task, or null.</summary>
    public ImmutableSortedDictionary<string, string>? TaskProperties(ConnectorTaskId task) =>
        Find(task.Connector) is { } connector && task.Task >= 0 && task.Task < connector.Tasks.Length ? connector.Tasks[task.Task] : null;

    /// <summary>The image after one more record.</summary>
    public ConfigImage Apply(ConfigRecord? record, long offset)
    {
        var next = record switch
        {
            ConnectorConfigured r => With(r.Connector, connector => Configured(connector, r)),
            TargetStateSet r => With(r.Connector, connector => connector with { Target = r.State ?? TargetState.Started }),
            TaskConfigured { Properties: { } properties } r => With(
                r.Task.Connector, connector => connector with { Uncommitted = connector.Uncommitted.SetItem(r.Task.Task, properties) }),
            TasksCommitted r => With(r.Connector, connector => Committed(connector, r.TaskCount)),
            TasksFenced r => With(r.Connector, connector => connector with { FencedTaskCount = r.TaskCount, AwaitsFencing = false }),
            SessionKeySet r => this with { SessionKey = r },
            _ => this,
        };
        return next with { Offset = offset + 1 };
    }

    private ConfigImage With(string name, Func<ConnectorConfig, ConnectorConfig> change) =>
        this with { _all = _all.SetItem(name, change(_all.GetValueOrDefault(name) ?? new ConnectorConfig(name))) };

    // A deleted connector forgets its tasks, so that a new one of the same name starts without.
    private static ConnectorConfig Configured(ConnectorConfig connector, ConnectorConfigured record) => record.Properties is null
        ? new ConnectorConfig(connector.Name) { TaskGeneration = connector.TaskGeneration, FencedTaskCount = connector.FencedTaskCount }
        : connector with { Properties = record.Properties };

    private static ConnectorConfig Committed(ConnectorConfig connector, int count)
    {
        // Compaction may have taken the connector's own record, or the records of an older deletion stand between: nothing to run.
        if (connector.Properties is null)
            return connector with { Uncommitted = connector.Uncommitted.Clear() };

        var whole = Enumerable.Range(0, count).All(connector.Uncommitted.ContainsKey);
        return connector with
        {
            Tasks = whole ? [.. Enumerable.Range(0, count).Select(number => connector.Uncommitted[number])] : [],
            TasksProperties = connector.Properties,
            IsInconsistent = !whole,
            TaskGeneration = connector.TaskGeneration + 1,
            AwaitsFencing = true,
            Uncommitted = connector.Uncommitted.Clear(),
        };
    }
}
