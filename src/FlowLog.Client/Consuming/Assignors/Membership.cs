using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Consuming.Assignors;

/// <summary>What the assignors have in common: the order of members and partitions, which all clients of a group must agree on.</summary>
internal static class Membership
{
    /// <summary>Static members first, by instance id, then the others by member id: a restart of a static member changes nothing.</summary>
    public static Comparison<KeyValuePair<string, MemberSubscription>> Order { get; } = static (left, right) =>
        (left.Value.GroupInstanceId, right.Value.GroupInstanceId) switch
        {
            ({ } a, { } b) => string.CompareOrdinal(a, b),
            ({ }, null) => -1,
            (null, { }) => 1,
            _ => string.CompareOrdinal(left.Key, right.Key),
        };

    public static List<KeyValuePair<string, MemberSubscription>> InOrder(this GroupSubscription group)
    {
        List<KeyValuePair<string, MemberSubscription>> members = [.. group.Members];
        members.Sort(Order);
        return members;
    }

    /// <summary>All partitions of existing topics that anybody subscribes to, by topic and index.</summary>
    public static List<TopicPartition> Partitions(this GroupSubscription group) =>
    [
        .. group.Members.Values.SelectMany(member => member.Topics).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .SelectMany(topic => Enumerable.Range(0, group.PartitionCount(topic)).Select(index => new TopicPartition(topic, index))),
    ];

    public static int PartitionCount(this GroupSubscription group, string topic) => group.Cluster.Topic(topic)?.Partitions.Count ?? 0;

    public static IReadOnlyDictionary<string, MemberAssignment> ToAssignments(this Dictionary<string, List<TopicPartition>> partitions) =>
        partitions.ToDictionary(entry => entry.Key, entry => new MemberAssignment(entry.Value), StringComparer.Ordinal);

    public static Dictionary<string, List<TopicPartition>> EmptyLists(this GroupSubscription group) =>
        group.Members.Keys.ToDictionary(member => member, _ => new List<TopicPartition>(), StringComparer.Ordinal);
}
