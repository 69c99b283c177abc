using FlowLog.Broker.Metadata;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Transactions;

/// <summary>Gives an idempotent producer its id.</summary>
internal sealed class InitProducerIdHandler(ProducerIds ids) : ApiHandler<InitProducerIdRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, InitProducerIdRequest request)
    {
        // There is no coordinator for transactions on this node: a transactional producer is told so, at once and for good.
        if (request.TransactionalId is not null)
            context.Reply(Refused(request.TransactionalId.Length == 0 ? ErrorCode.InvalidRequest : ErrorCode.TransactionalIdAuthorizationFailed));
        else
            ids.Next(id => context.Reply(new InitProducerIdResponse { ProducerId = id, ProducerEpoch = 0 }));
    }

    private static InitProducerIdResponse Refused(ErrorCode error) => new() { ErrorCode = error, ProducerId = -1, ProducerEpoch = -1 };
}
