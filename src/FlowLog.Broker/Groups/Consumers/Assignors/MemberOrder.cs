using FlowLog.Broker.Java;

namespace FlowLog.Broker.Groups.Consumers.Assignors;

/// <summary>The order in which Kafka's assignor comes to the members of a group, which decides who gets one partition more.</summary>
internal static class MemberOrder
{
    /// <summary>That of the assignor's hash table, into which the members come in the order of the table that holds the group.</summary>
    public static IEnumerable<AssignedMember> Of(IReadOnlyCollection<AssignedMember> members) =>
        HashMapOrder.Of([.. members.OrderBy(member => Slot(member.Id))], member => member.Id);

    // That other table is none of Java's but Kafka's own: it takes its slots from the upper bits of a product.
    private static ulong Slot(string id) => unchecked((ulong)(JavaHash.Of(id) * -7046029254386353131L));
}
