using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Security;

/// <summary>Sets and removes SCRAM credentials.</summary>
internal sealed class AlterUserScramCredentialsHandler(Controller controller)
    : ControllerHandler<AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse>(controller)
{
    /// <inheritdoc/>
    protected override void Prepare(RequestContext context, AlterUserScramCredentialsRequest request)
    {
        foreach (var wish in request.Upsertions)
            (wish.Salt, wish.SaltedPassword) = (wish.Salt.ToArray(), wish.SaltedPassword.ToArray());
    }

    /// <inheritdoc/>
    protected override Decision<AlterUserScramCredentialsResponse> Decide(ClusterImage image, AlterUserScramCredentialsRequest request) =>
        ScramCredentials.Decide(image, request);
}
