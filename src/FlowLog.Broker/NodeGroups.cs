using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Protocol.Compression;
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
        var settings = new LiveGroupSettings(broker);
        return new Coordinator<GroupShard>(
            new ShardSurroundings(
                CoordinatorKeys.OffsetsTopic,
                CoordinatorKind.Group,
                clock,
                LoopContext.RunLater,
                (_, _) => { },
                loggers.CreateLogger("FlowLog.Broker.Coordination"))
            {
                Codec = (Codec)broker.Int32(ConfigsImage.Empty, "offsets.topic.compression.codec"),
                ReadBytes = broker.Int32(ConfigsImage.Empty, "offsets.load.buffer.size"),
            },
            _ => new GroupShard(settings.At, () => current.Image));
    }

    /// <summary>The door to the groups: the number of partitions is that of the topic, or that which it will be created with.</summary>
    public static GroupCoordinator Coordinator(Coordinator<GroupShard> shards, CurrentImage current, BrokerConfigs broker) => new(
        shards,
        () => current.Image.Topics.Find(CoordinatorKeys.OffsetsTopic)?.Partitions.Length ?? broker.Int32(current.Image.Configs, "offsets.topic.num.partitions"));
}
