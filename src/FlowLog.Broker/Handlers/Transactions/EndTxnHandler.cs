using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Transactions;

/// <summary>EndTxn: commits or aborts. From version 5 on the producer gets its next epoch in return.</summary>
internal sealed class EndTxnHandler(TransactionCoordinator transactions) : ApiHandler<EndTxnRequest>
{
    private const short FirstThatBumps = 5;
    private const short KnowsFenced = 2;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, EndTxnRequest request)
    {
        var version = context.Version;
        var claim = new EndClaim(
            request.TransactionalId,
            new ProducerIdAndEpoch(request.ProducerId, request.ProducerEpoch),
            request.Committed,
            version >= FirstThatBumps ? Transaction.EpochBumpingProtocol : (short)0);
        transactions.End(claim, grant => context.Reply(new EndTxnResponse
        {
            ErrorCode = grant.Error == ErrorCode.ProducerFenced && version < KnowsFenced ? ErrorCode.InvalidProducerEpoch : grant.Error,
            ProducerId = grant.ProducerId,
            ProducerEpoch = grant.Epoch,
        }));
    }
}
