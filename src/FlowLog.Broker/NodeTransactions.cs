using FlowLog.Broker.Coordination;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Loops;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker;

/// <summary>Builds the transaction coordinator of a node from its configs.</summary>
internal static class NodeTransactions
{
    /// <summary>The shards of <c>__transaction_state</c>; <paramref name="markers"/> is where the ends of transactions are written.</summary>
    public static Coordinator<TransactionShard> Shards(BrokerConfigs broker, TimeProvider clock, IMarkerTarget markers, ITimers timers, ILoggerFactory loggers)
    {
        var settings = Settings(broker);
        var dispatch = new MarkerDispatch(markers, timers, loggers.CreateLogger("FlowLog.Broker.Transactions"));
        Coordinator<TransactionShard>? shards = null;
        return shards = new Coordinator<TransactionShard>(
            new ShardSurroundings(
                CoordinatorKeys.TransactionsTopic,
                CoordinatorKind.Transaction,
                clock,
                LoopContext.RunLater,
                (partition, effect) => dispatch.Deliver(shards!, partition, ((MarkersDue)effect).Ending),
                loggers.CreateLogger("FlowLog.Broker.Coordination"))
            {
                ReadBytes = broker.Int32(ConfigsImage.Empty, "transaction.state.log.load.buffer.size"),
            },
            _ => new TransactionShard(settings));
    }

    /// <summary>The door to the transactional ids: the number of partitions is that of the topic, or that which it will be created with.</summary>
    public static TransactionCoordinator Coordinator(Coordinator<TransactionShard> shards, CurrentImage current, BrokerConfigs broker, ProducerIds producerIds) => new(
        shards,
        () => current.Image.Topics.Find(CoordinatorKeys.TransactionsTopic)?.Partitions.Length ?? broker.Int32(current.Image.Configs, "transaction.state.log.num.partitions"),
        Settings(broker),
        producerIds.Next);

    private static TransactionSettings Settings(BrokerConfigs broker) => new()
    {
        MaxTimeoutMs = broker.Int32(ConfigsImage.Empty, "transaction.max.timeout.ms"),
        IdExpirationMs = broker.Int32(ConfigsImage.Empty, "transactional.id.expiration.ms"),
        IdExpirationCheckIntervalMs = broker.Int32(ConfigsImage.Empty, "transaction.remove.expired.transaction.cleanup.interval.ms"),
    };
}
