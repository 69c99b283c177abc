using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Security;

/// <summary>Answers clients that authenticate where nobody has to.</summary>
internal sealed class SaslAuthenticateHandler : ApiHandler<SaslAuthenticateRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, SaslAuthenticateRequest request) => context.Reply(new SaslAuthenticateResponse
    {
        ErrorCode = ErrorCode.IllegalSaslState, ErrorMessage = "The listener has no SASL: there is nothing to authenticate.",
    });
}
