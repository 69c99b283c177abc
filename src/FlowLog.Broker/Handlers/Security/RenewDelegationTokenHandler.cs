using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Security;

/// <summary>Prolongs delegation tokens, which only somebody who authenticated can have.</summary>
internal sealed class RenewDelegationTokenHandler : ApiHandler<RenewDelegationTokenRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, RenewDelegationTokenRequest request) =>
        context.Reply(new RenewDelegationTokenResponse { ErrorCode = ErrorCode.DelegationTokenRequestNotAllowed, ExpiryTimestampMs = -1 });
}
