namespace FlowLog.Broker.Groups;

/// <summary>Why there is no such group, in the words that Kafka's tools show their users.</summary>
internal static class GroupProblems
{
    /// <summary>There is none of that id, or one of another protocol than <paramref name="protocol"/>.</summary>
    public static string NoneOf(string protocol, string groupId, IGroup? found) =>
        found is null ? $"Group {groupId} not found." : $"Group {groupId} is not a {protocol} group.";
}
