using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Broker.Groups.Migration;
using FlowLog.Broker.Groups.Streams;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Loops;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker;

/// <summary>Builds the group coordinator of a node from its configs.</summary>
internal static class NodeGroups
{
    /// <summary>The shards of <c>__consumer_offsets</c>.</summary>
    public static Coordinator<GroupShard> Shards(BrokerConfigs broker, CurrentImage current, TimeProvider clock, ILoggerFactory loggers)
    {
        var settings = Settings(broker);
        return new Coordinator<GroupShard>(
            new ShardSurroundings(
                CoordinatorKeys.OffsetsTopic,
                CoordinatorKind.Group,
                clock,
                LoopContext.RunLater,
                (_, _) => { },
                loggers.CreateLogger("FlowLog.Broker.Coordination")),
            _ => new GroupShard(settings, () => current.Image));
    }

    /// <summary>The door to the groups: the number of partitions is that of the topic, or that which it will be created with.</summary>
    public static GroupCoordinator Coordinator(Coordinator<GroupShard> shards, CurrentImage current, BrokerConfigs broker) => new(
        shards,
        () => current.Image.Topics.Find(CoordinatorKeys.OffsetsTopic)?.Partitions.Length ?? broker.Int32(current.Image.Configs, "offsets.topic.num.partitions"));

    private static GroupSettings Settings(BrokerConfigs broker)
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
                AssignmentIntervalMs = Int32("group.consumer.assignment.interval.ms"),
                MaxSize = Int32("group.consumer.max.size"),
                Migration = Enum.Parse<MigrationPolicy>(broker.Value(ConfigsImage.Empty, "group.consumer.migration.policy")!, ignoreCase: true),
            },
            Streams = new StreamsSettings
            {
                SessionTimeoutMs = Int32("group.streams.session.timeout.ms"),
                SessionTimeoutBounds = Bounds("session.timeout.ms"),
                HeartbeatIntervalMs = Int32("group.streams.heartbeat.interval.ms"),
                HeartbeatIntervalBounds = Bounds("heartbeat.interval.ms"),
                AssignmentIntervalMs = Int32("group.streams.assignment.interval.ms"),
                AssignmentIntervalBounds = Bounds("assignment.interval.ms"),
                InitialRebalanceDelayMs = Int32("group.streams.initial.rebalance.delay.ms"),
                StandbyReplicas = Int32("group.streams.num.standby.replicas"),
                MostStandbyReplicas = Int32("group.streams.max.standby.replicas"),
                MaxSize = Int32("group.streams.max.size"),
            },
            OffsetMetadataMaxLength = Int32("offset.metadata.max.bytes"),
        };

        (int Least, int Most) Bounds(string name) => (Int32("group.streams.min." + name), Int32("group.streams.max." + name));

        int Int32(string name) => broker.Int32(ConfigsImage.Empty, name);
    }
}
