using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Security;

/// <summary>Lists delegation tokens, which only somebody who authenticated can have.</summary>
internal sealed class DescribeDelegationTokenHandler : ApiHandler<DescribeDelegationTokenRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, DescribeDelegationTokenRequest request) =>
        context.Reply(new DescribeDelegationTokenResponse { ErrorCode = ErrorCode.DelegationTokenRequestNotAllowed });
}
