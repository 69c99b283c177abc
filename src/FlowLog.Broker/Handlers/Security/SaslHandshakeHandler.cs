using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Security;

/// <summary>Answers clients that want to authenticate where nobody has to: there is no mechanism.</summary>
internal sealed class SaslHandshakeHandler : ApiHandler<SaslHandshakeRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, SaslHandshakeRequest request) =>
        context.Reply(new SaslHandshakeResponse { ErrorCode = ErrorCode.IllegalSaslState });
}
