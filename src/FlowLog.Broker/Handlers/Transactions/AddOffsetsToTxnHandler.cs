using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Transactions;

/// <summary>AddOffsetsToTxn: adds the partition in which a group keeps its offsets.</summary>
internal sealed class AddOffsetsToTxnHandler(TransactionCoordinator transactions, GroupCoordinator groups) : ApiHandler<AddOffsetsToTxnRequest>
{
    private const short KnowsFenced = 2;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, AddOffsetsToTxnRequest request)
    {
        var version = context.Version;
        var claim = new PartitionsClaim(
            request.TransactionalId,
            new ProducerIdAndEpoch(request.ProducerId, request.ProducerEpoch),
            [new TopicPartition(CoordinatorKeys.OffsetsTopic, groups.PartitionFor(request.GroupId))],
            ClientProtocol: 0);
        transactions.Add(claim, verdicts => context.Reply(new AddOffsetsToTxnResponse { ErrorCode = Known(verdicts.Errors[0], version) }));
    }

    private static ErrorCode Known(ErrorCode error, short version) =>
        error == ErrorCode.ProducerFenced && version < KnowsFenced ? ErrorCode.InvalidProducerEpoch : error;
}
