using FlowLog.Broker.Groups;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Transactions;

namespace FlowLog.Broker.Handlers.Transactions;

/// <summary>The handlers of everything about transactions.</summary>
internal static class TransactionHandlers
{
    public static IEnumerable<IApiHandler> All(TransactionCoordinator transactions, IMarkerTarget markers, GroupCoordinator groups, CurrentImage current, BrokerConfigs broker) =>
    [
        new InitProducerIdHandler(transactions),
        new AddPartitionsToTxnHandler(transactions, current),
        new AddOffsetsToTxnHandler(transactions, groups),
        new EndTxnHandler(transactions),
        new WriteTxnMarkersHandler(markers, current),
        new TxnOffsetCommitHandler(groups, transactions, current, broker),
        new DescribeTransactionsHandler(transactions),
        new ListTransactionsHandler(transactions),
    ];
}
