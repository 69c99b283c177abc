using System.Collections.Immutable;
using System.Globalization;
using FlowLog.Broker.Groups.Consumers.Assignors;
using FlowLog.Broker.Groups.Migration;
using FlowLog.Broker.Metadata.Configs;

namespace FlowLog.Broker.Groups.Consumers;

/// <summary>How consumer groups are run. Each group may have its own values, which count from the next heartbeat on. Defaults are Kafka's.</summary>
internal sealed record ConsumerSettings
{
    /// <summary><c>group.consumer.session.timeout.ms</c>, or <c>consumer.session.timeout.ms</c> of the group.</summary>
    public int SessionTimeoutMs { get; init; } = 45_000;

    /// <summary><c>group.consumer.heartbeat.interval.ms</c>, or <c>consumer.heartbeat.interval.ms</c> of the group.</summary>
    public int HeartbeatIntervalMs { get; init; } = 5_000;

    /// <summary><c>group.consumer.assignment.interval.ms</c>, or <c>consumer.assignment.interval.ms</c> of the group: the least time between two targets.</summary>
    public int AssignmentIntervalMs { get; init; } = 1_000;

    /// <summary><c>group.consumer.min.session.timeout.ms</c> and <c>max</c>: what a group may set. What lies outside since the bounds moved counts as the bound.</summary>
    public (int Least, int Most) SessionTimeoutBounds { get; init; } = (45_000, 60_000);

    /// <summary><c>group.consumer.min.heartbeat.interval.ms</c> and <c>max</c>.</summary>
    public (int Least, int Most) HeartbeatIntervalBounds { get; init; } = (5_000, 15_000);

    /// <summary><c>group.consumer.min.assignment.interval.ms</c> and <c>max</c>.</summary>
    public (int Least, int Most) AssignmentIntervalBounds { get; init; } = (0, 15_000);

    /// <summary><c>group.consumer.assignors</c>: what members may ask for; the first is for groups in which nobody asks.</summary>
    public ImmutableArray<IAssignor> Assignors { get; init; } = KnownAssignors.All;

    /// <summary><c>group.consumer.max.size</c>: the most members.</summary>
    public int MaxSize { get; init; } = int.MaxValue;

    /// <summary><c>group.consumer.migration.policy</c>.</summary>
    public MigrationPolicy Migration { get; init; } = MigrationPolicy.Bidirectional;

    /// <summary>These settings with what was set for one group.</summary>
    public ConsumerSettings For(ConfigsImage configs, string groupId)
    {
        var resource = new ConfigResource(ConfigResourceType.Group, groupId);
        return configs.Of(resource).IsEmpty ? this : this with
        {
            SessionTimeoutMs = Int32("consumer.session.timeout.ms", SessionTimeoutMs, SessionTimeoutBounds),
            HeartbeatIntervalMs = Int32("consumer.heartbeat.interval.ms", HeartbeatIntervalMs, HeartbeatIntervalBounds),
            AssignmentIntervalMs = Int32("consumer.assignment.interval.ms", AssignmentIntervalMs, AssignmentIntervalBounds),
        };

        int Int32(string name, int otherwise, (int Least, int Most) bounds) =>
            configs.Find(resource, name) is { } value ? Math.Min(Math.Max(int.Parse(value, CultureInfo.InvariantCulture), bounds.Least), bounds.Most) : otherwise;
    }
}
