using System.Globalization;
using FlowLog.Broker.Metadata.Configs;

namespace FlowLog.Broker.Groups.Streams;

/// <summary>How streams groups are run. Each group may have its own values, which count from the next heartbeat on. Defaults are Kafka's.</summary>
internal sealed record StreamsSettings
{
    /// <summary><c>group.streams.session.timeout.ms</c>, or <c>streams.session.timeout.ms</c> of the group.</summary>
    public int SessionTimeoutMs { get; init; } = 45_000;

    /// <summary><c>group.streams.min.session.timeout.ms</c> and <c>max</c>: what a group may set. What lies outside since the bounds moved counts as the bound.</summary>
    public (int Least, int Most) SessionTimeoutBounds { get; init; } = (45_000, 60_000);

    /// <summary><c>group.streams.heartbeat.interval.ms</c>, or <c>streams.heartbeat.interval.ms</c> of the group.</summary>
    public int HeartbeatIntervalMs { get; init; } = 5_000;

    /// <summary><c>group.streams.min.heartbeat.interval.ms</c> and <c>max</c>.</summary>
    public (int Least, int Most) HeartbeatIntervalBounds { get; init; } = (5_000, 15_000);

    /// <summary><c>group.streams.assignment.interval.ms</c>, or <c>streams.assignment.interval.ms</c> of the group: the least time between two targets.</summary>
    public int AssignmentIntervalMs { get; init; } = 1_000;

    /// <summary><c>group.streams.min.assignment.interval.ms</c> and <c>max</c>.</summary>
    public (int Least, int Most) AssignmentIntervalBounds { get; init; } = (0, 15_000);

    /// <summary><c>group.streams.initial.rebalance.delay.ms</c>, or <c>streams.initial.rebalance.delay.ms</c> of the group: how long an empty group waits for more members after the first.</summary>
    public int InitialRebalanceDelayMs { get; init; } = 3_000;

    /// <summary><c>group.streams.num.standby.replicas</c>, or <c>streams.num.standby.replicas</c> of the group: how many members keep a copy of the state of each task.</summary>
    public int StandbyReplicas { get; init; }

    /// <summary><c>group.streams.max.standby.replicas</c>.</summary>
    public int MostStandbyReplicas { get; init; } = 2;

    /// <summary><c>group.streams.max.size</c>: the most members.</summary>
    public int MaxSize { get; init; } = int.MaxValue;

    /// <summary>These settings with what was set for one group.</summary>
    public StreamsSettings For(ConfigsImage configs, string groupId)
    {
        var resource = new ConfigResource(ConfigResourceType.Group, groupId);
        return configs.Of(resource).IsEmpty ? this : this with
        {
            SessionTimeoutMs = Int32("streams.session.timeout.ms", SessionTimeoutMs, SessionTimeoutBounds),
            HeartbeatIntervalMs = Int32("streams.heartbeat.interval.ms", HeartbeatIntervalMs, HeartbeatIntervalBounds),
            AssignmentIntervalMs = Int32("streams.assignment.interval.ms", AssignmentIntervalMs, AssignmentIntervalBounds),
            InitialRebalanceDelayMs = Int32("streams.initial.rebalance.delay.ms", InitialRebalanceDelayMs, (0, int.MaxValue)),
            StandbyReplicas = Int32("streams.num.standby.replicas", StandbyReplicas, (0, MostStandbyReplicas)),
        };

        int Int32(string name, int otherwise, (int Least, int Most) bounds) =>
            configs.Find(resource, name) is { } value ? Math.Min(Math.Max(int.Parse(value, CultureInfo.InvariantCulture), bounds.Least), bounds.Most) : otherwise;
    }
}
