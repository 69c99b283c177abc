using FlowLog.Broker.Consensus;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Handlers;
using FlowLog.Broker.Handlers.Cluster;
using FlowLog.Broker.Handlers.Configs;
using FlowLog.Broker.Handlers.Groups;
using FlowLog.Broker.Handlers.Quotas;
using FlowLog.Broker.Handlers.Records;
using FlowLog.Broker.Handlers.Security;
using FlowLog.Broker.Handlers.Topics;
using FlowLog.Broker.Handlers.Transactions;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Replication;
using FlowLog.Broker.Transactions;
using FlowLog.Runtime;
using FlowLog.Runtime.Loops;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker;

/// <summary>The list of everything that this node serves.</summary>
internal static class NodeHandlers
{
    private const int FetchSessionSlots = 1000;

    /// <summary>Builds the table.</summary>
    public static HandlerTable Table(
        World world, ILoggerFactory loggers, NodeStorage storage, QuorumLog quorum, BrokerConfigs broker, CurrentImage current, Controller controller, Partitions partitions, ITimers timers,
        GroupCoordinator groups, TransactionCoordinator transactions, IMarkerTarget markers)
    {
        HandlerTable? table = null;
        var clusterId = storage.Folders.ClusterId;
        var createTopics = new CreateTopics(broker, world.Random);
        var creation = new TopicCreation(controller, current, createTopics, broker);
        var telemetry = new TelemetryClients(current, world.Clock);
        var changes = new ConfigChanges(broker, new LoggerLevels(loggers as IAdjustableLoggers));
        IApiHandler[] own =
        [
            new ProduceHandler(partitions, transactions, current, broker, world.Clock, loggers.CreateLogger("FlowLog.Broker.Handlers")),
            new FetchHandler(new FetchReading(partitions, broker.NodeId), new FetchSessions(world.Clock, world.Random, FetchSessionSlots), timers, current, broker),
            new ListOffsetsHandler(partitions),
            new MetadataHandler(clusterId, current, broker, creation),
            new ApiVersionsHandler(() => table!, current),
            new CreateTopicsHandler(controller, createTopics),
            new DeleteTopicsHandler(controller),
            new DeleteRecordsHandler(partitions, storage.Logs.CheckpointLogStarts),
            new OffsetForLeaderEpochHandler(partitions),
            new DescribeConfigsHandler(new ConfigDescriptions(broker, new BrokerLoggers(loggers)), current),
            new AlterConfigsHandler(controller, changes),
            new IncrementalAlterConfigsHandler(controller, changes),
            new ListConfigResourcesHandler(current),
            new DescribeLogDirsHandler(storage.Logs, world.Disk, partitions),
            new CreatePartitionsHandler(controller),
            new ElectLeadersHandler(current),
            new DescribeClusterHandler(clusterId, broker.NodeId, current),
            new DescribeProducersHandler(partitions),
            new DescribeTopicPartitionsHandler(current),
            new AlterPartitionReassignmentsHandler(current),
            new ListPartitionReassignmentsHandler(),
            new AlterReplicaLogDirsHandler(storage.Folders, partitions),
            new UnregisterBrokerHandler(controller),
            new UpdateFeaturesHandler(controller, broker.NodeId),
            new DescribeQuorumHandler(quorum, broker.NodeId, current, world.Clock),
            new DescribeClientQuotasHandler(current),
            new AlterClientQuotasHandler(controller),
            new GetTelemetrySubscriptionsHandler(telemetry, world.Random),
            new PushTelemetryHandler(telemetry),
        ];
        return table = new HandlerTable(
        [
            .. own,
            .. SecurityHandlers.All(controller, current),
            .. GroupHandlers.All(groups, current, creation, ProtocolAdmission.OfConsumers(broker, current), ProtocolAdmission.OfStreams(broker, current), world.Random),
            .. TransactionHandlers.All(transactions, markers, groups, current, broker),
        ]);
    }
}
