namespace FlowLog.Broker.Groups.Consumers.Assignors;

/// <summary>
/// The order in which Kafka's assignor comes to the members of a group. It is that of its hash tables, and decides who gets one partition more: a group that
/// moves to another broker would be shuffled without need if it were another one here.
/// </summary>
internal static class MemberOrder
{
    /// <summary>The members by the bucket of their id in a table of as many, and within a bucket as the table of all members has them.</summary>
    public static IEnumerable<AssignedMember> Of(IReadOnlyCollection<AssignedMember> members) =>
        members.Select(member => (Member: member, Hash: KafkaTables.HashOf(member.Id)))
            .OrderBy(member => KafkaTables.BucketOf(member.Hash, members.Count))
            .ThenBy(member => Scatter(member.Hash))
            .Select(member => member.Member);

    // The other table takes its slots from the upper bits of a product.
    private static ulong Scatter(int hash) => unchecked((ulong)(hash * -7046029254386353131L));
}
