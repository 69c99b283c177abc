using System.Globalization;
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
            SessionTimeoutMs = Int32("consumer.session.timeout.ms", SessionTimeoutMs),
            HeartbeatIntervalMs = Int32("consumer.heartbeat.interval.ms", HeartbeatIntervalMs),
            AssignmentIntervalMs = Int32("consumer.assignment.interval.ms", AssignmentIntervalMs),
        };

        int Int32(string name, int otherwise) => configs.Find(resource, name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
    }
}
