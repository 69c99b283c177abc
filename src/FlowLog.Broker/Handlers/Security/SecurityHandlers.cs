using FlowLog.Broker.Metadata;

namespace FlowLog.Broker.Handlers.Security;

/// <summary>The APIs about who may do what, as a node answers them that lets everybody do everything.</summary>
internal static class SecurityHandlers
{
    /// <summary>All of them.</summary>
    public static IEnumerable<IApiHandler> All(Controller controller, CurrentImage current) =>
    [
        new SaslHandshakeHandler(),
        new SaslAuthenticateHandler(),
        new DescribeAclsHandler(),
        new CreateAclsHandler(),
        new DeleteAclsHandler(),
        new CreateDelegationTokenHandler(),
        new RenewDelegationTokenHandler(),
        new ExpireDelegationTokenHandler(),
        new DescribeDelegationTokenHandler(),
        new DescribeUserScramCredentialsHandler(current),
        new AlterUserScramCredentialsHandler(controller),
    ];
}
