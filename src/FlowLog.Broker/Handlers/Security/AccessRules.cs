namespace FlowLog.Broker.Handlers.Security;

/// <summary>What is said about access rules on a node without an authorizer.</summary>
internal static class AccessRules
{
    private const sbyte Unknown = 0;

    /// <summary>Whether a request says of something that nobody knows what it is. Kafka cannot read such a request and closes the connection.</summary>
    public static bool IsUnreadable(sbyte resource, sbyte pattern, sbyte operation, sbyte permission) =>
        resource == Unknown || pattern == Unknown || operation == Unknown || permission == Unknown;

    /// <summary>The sentence that goes with the error.</summary>
    public const string NoAuthorizer = "No Authorizer is configured on the broker";
}
