using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Transactions;

/// <summary>InitProducerId: gives a producer its id, or that of its transactional id with an epoch that fences whoever had it before.</summary>
internal sealed class InitProducerIdHandler(TransactionCoordinator transactions) : ApiHandler<InitProducerIdRequest>
{
    private const short KnowsFenced = 4;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, InitProducerIdRequest request)
    {
        var version = context.Version;
        if (request.ProducerId == Transaction.NoProducer != (request.ProducerEpoch == Transaction.NoEpoch))
            Reply(ProducerGrant.Refused(ErrorCode.InvalidRequest));
        else if (request.TransactionalId is { } id)
            transactions.Initialise(new ProducerClaim(id, request.TransactionTimeoutMs, Expected(request)), Reply);
        else
            transactions.Initialise(Reply);

        void Reply(ProducerGrant grant) => context.Reply(new InitProducerIdResponse
        {
            ErrorCode = grant.Error == ErrorCode.ProducerFenced && version < KnowsFenced ? ErrorCode.InvalidProducerEpoch : grant.Error,
            ProducerId = grant.ProducerId,
            ProducerEpoch = grant.Epoch,
        });
    }

    private static ProducerIdAndEpoch? Expected(InitProducerIdRequest request) =>
        request.ProducerId == Transaction.NoProducer ? null : new ProducerIdAndEpoch(request.ProducerId, request.ProducerEpoch);
}
