using FlowLog.Broker.Groups.Consumers;
using FlowLog.Broker.Groups.Consumers.Assignors;
using FlowLog.Broker.Groups.Migration;
using FlowLog.Broker.Groups.Streams;
using FlowLog.Broker.Metadata.Configs;

namespace FlowLog.Broker.Groups;

/// <summary>The settings of groups as the broker's configs are at each moment: those that may change while it runs count from the next decision on.</summary>
internal sealed class LiveGroupSettings(BrokerConfigs broker)
{
    private volatile Reading _last = new(ConfigsImage.Empty, Read(broker, ConfigsImage.Empty));

    /// <summary>The settings under what was set while the cluster ran.</summary>
    public GroupSettings At(ConfigsImage dynamic)
    {
        // Configs change seldom and decisions are made all the time.
        var last = _last;
        if (!ReferenceEquals(last.Configs, dynamic))
            _last = last = new Reading(dynamic, Read(broker, dynamic));

        return last.Settings;
    }

    private static GroupSettings Read(BrokerConfigs broker, ConfigsImage dynamic)
    {
        return new GroupSettings
        {
            MinSessionTimeoutMs = Int32("group.min.session.timeout.ms"),
            MaxSessionTimeoutMs = Int32("group.max.session.timeout.ms"),
            InitialRebalanceDelayMs = Int32("group.initial.rebalance.delay.ms"),
            MaxSize = Int32("group.max.size"),
            OffsetsRetentionMs = Int32("offsets.retention.minutes") * 60_000L,
            OffsetsRetentionCheckIntervalMs = Int32("offsets.retention.check.interval.ms"),
            Consumers = new ConsumerSettings
            {
                SessionTimeoutMs = Int32("group.consumer.session.timeout.ms"),
                HeartbeatIntervalMs = Int32("group.consumer.heartbeat.interval.ms"),
                SessionTimeoutBounds = Bounds("consumer.", "session.timeout.ms"),
                HeartbeatIntervalBounds = Bounds("consumer.", "heartbeat.interval.ms"),
                AssignmentIntervalMs = Within(Bounds("consumer.", "assignment.interval.ms"), "group.consumer.assignment.interval.ms"),
                AssignmentIntervalBounds = Bounds("consumer.", "assignment.interval.ms"),
                Assignors = KnownAssignors.Parse(ConfigDefinition.Elements(broker.Value(dynamic, "group.consumer.assignors")!), out _),
                MaxSize = Int32("group.consumer.max.size"),
                Migration = Enum.Parse<MigrationPolicy>(broker.Value(dynamic, "group.consumer.migration.policy")!, ignoreCase: true),
            },
            Streams = new StreamsSettings
            {
                SessionTimeoutMs = Int32("group.streams.session.timeout.ms"),
                SessionTimeoutBounds = Bounds("streams.", "session.timeout.ms"),
                HeartbeatIntervalMs = Int32("group.streams.heartbeat.interval.ms"),
                HeartbeatIntervalBounds = Bounds("streams.", "heartbeat.interval.ms"),
                AssignmentIntervalMs = Within(Bounds("streams.", "assignment.interval.ms"), "group.streams.assignment.interval.ms"),
                AssignmentIntervalBounds = Bounds("streams.", "assignment.interval.ms"),
                InitialRebalanceDelayMs = Int32("group.streams.initial.rebalance.delay.ms"),
                StandbyReplicas = Int32("group.streams.num.standby.replicas"),
                MostStandbyReplicas = Int32("group.streams.max.standby.replicas"),
                MaxSize = Int32("group.streams.max.size"),
            },
            OffsetMetadataMaxLength = Int32("offset.metadata.max.bytes"),
        };

        (int Least, int Most) Bounds(string kind, string name) => (Int32($"group.{kind}min.{name}"), Int32($"group.{kind}max.{name}"));

        // What was set while the broker ran stays when a restart moves its bounds.
        int Within((int Least, int Most) bounds, string name) => Math.Min(Math.Max(Int32(name), bounds.Least), bounds.Most);

        int Int32(string name) => broker.Int32(dynamic, name);
    }

    private sealed record Reading(ConfigsImage Configs, GroupSettings Settings);
}
