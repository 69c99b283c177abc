using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Security;

/// <summary>Creates delegation tokens, which only somebody who authenticated can have.</summary>
internal sealed class CreateDelegationTokenHandler : ApiHandler<CreateDelegationTokenRequest>
{
    private const short FirstWithRequester = 3;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, CreateDelegationTokenRequest request)
    {
        // Whoever names no owner wants it for himself, whatever type he names. Over an owner without any type Kafka fails in a way that it cannot name.
        var isNamed = !string.IsNullOrEmpty(request.OwnerPrincipalName);
        var hasOwner = isNamed && request.OwnerPrincipalType is not null;
        var (type, name) = context.Principal.Split(':', 2) is [var first, var second] ? (first, second) : ("User", context.Principal);
        context.Reply(new CreateDelegationTokenResponse
        {
            ErrorCode = isNamed && !hasOwner ? ErrorCode.UnknownServerError : ErrorCode.DelegationTokenRequestNotAllowed,
            PrincipalType = hasOwner ? request.OwnerPrincipalType! : type,
            PrincipalName = hasOwner ? request.OwnerPrincipalName! : name,
            TokenRequesterPrincipalType = context.Version >= FirstWithRequester ? type : "",
            TokenRequesterPrincipalName = context.Version >= FirstWithRequester ? name : "",
            IssueTimestampMs = -1,
            ExpiryTimestampMs = -1,
            MaxTimestampMs = -1,
        });
    }
}
