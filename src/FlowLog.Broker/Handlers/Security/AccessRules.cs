namespace FlowLog.Broker.Handlers.Security;

/// <summary>What is said about access rules on a node without an authorizer.</summary>
internal static class AccessRules
{
    /// <summary>The sentence that goes with the error.</summary>
    public const string NoAuthorizer = "No Authorizer is configured.";
}
