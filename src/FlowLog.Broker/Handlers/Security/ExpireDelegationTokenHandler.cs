using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Security;

/// <summary>Ends delegation tokens, which only somebody who authenticated can have.</summary>
internal sealed class ExpireDelegationTokenHandler : ApiHandler<ExpireDelegationTokenRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, ExpireDelegationTokenRequest request) =>
        context.Reply(new ExpireDelegationTokenResponse { ErrorCode = ErrorCode.DelegationTokenRequestNotAllowed, ExpiryTimestampMs = -1 });
}
