using FlowLog.Connect.Offsets;

namespace FlowLog.Connect.Herding;

/// <summary>What has happened in the config topic since the herder last looked.</summary>
internal sealed class ConfigChanges
{
    public HashSet<string> Configured { get; } = new(StringComparer.Ordinal);

    public HashSet<string> TasksCommitted { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Targets { get; } = new(StringComparer.Ordinal);

    public List<RestartRequested> Restarts { get; } = [];

    public static ConfigChanges Of(IEnumerable<ConfigRecord> records)
    {
        var changes = new ConfigChanges();
        foreach (var record in records)
        {
            switch (record)
            {
                case ConnectorConfigured r:
                    changes.Configured.Add(r.Connector);
                    break;
                case TasksCommitted r:
                    changes.TasksCommitted.Add(r.Connector);
                    break;
                case TargetStateSet r:
                    changes.Targets.Add(r.Connector);
                    break;
                case RestartRequested r:
                    // Of several restarts of one connector the last wins, as the topic's compaction would have it.
                    changes.Restarts.RemoveAll(earlier => earlier.Connector == r.Connector);
                    changes.Restarts.Add(r);
                    break;
            }
        }

        return changes;
    }
}
