using System.Collections.Immutable;

namespace FlowLog.Connect.Offsets;

/// <summary>What an operator wants a connector to do.</summary>
internal enum TargetState
{
    Started,
    Paused,
    Stopped,
}

/// <summary>A record of the config topic.</summary>
internal abstract record ConfigRecord;

/// <summary>The configuration of a connector; null when it is deleted.</summary>
internal sealed record ConnectorConfigured(string Connector, ImmutableSortedDictionary<string, string>? Properties) : ConfigRecord;

/// <summary>The configuration of a task; counts from the next <see cref="TasksCommitted"/> on.</summary>
internal sealed record TaskConfigured(ConnectorTaskId Task, ImmutableSortedDictionary<string, string>? Properties) : ConfigRecord;

/// <summary>The tasks of a connector are those 0 to N−1 that were written since the last such record.</summary>
internal sealed record TasksCommitted(string Connector, int TaskCount) : ConfigRecord;

/// <summary>What an operator wants; null goes back to started.</summary>
internal sealed record TargetStateSet(string Connector, TargetState? State) : ConfigRecord;

/// <summary>How many task producers must be fenced before the next generation of tasks.</summary>
internal sealed record TasksFenced(string Connector, int TaskCount) : ConfigRecord;

/// <summary>Signs what workers ask of each other.</summary>
internal sealed record SessionKeySet(byte[] Key, string Algorithm, long CreatedAt) : ConfigRecord;

/// <summary>An operator wants a connector restarted.</summary>
internal sealed record RestartRequested(string Connector, bool IncludeTasks, bool OnlyFailed) : ConfigRecord;

/// <summary>A log level for all workers.</summary>
internal sealed record LoggerLevelSet(string Logger, string Level) : ConfigRecord;
