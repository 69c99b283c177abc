using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Consuming.Assignors;

/// <summary>
/// Topic by topic, a range of neighbouring partitions for each member: partition n of topics with equally many partitions
/// goes to the same member, which joins rely on.
/// </summary>
public sealed class RangeAssignor : IPartitionAssignor
{
    /// <inheritdoc/>
    public string Name => "range";

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, MemberAssignment>> AssignAsync(GroupSubscription group, CancellationToken cancellation) =>
        new(Assign(group).ToAssignments());

    private static Dictionary<string, List<TopicPartition>> Assign(GroupSubscription group)
    {
        var assignment = group.EmptyLists();
        var members = group.InOrder();
        foreach (var topic in members.SelectMany(member => member.Value.Topics).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            List<string> subscribers = [.. members.Where(member => member.Value.Topics.Contains(topic)).Select(member => member.Key)];
            var (each, surplus) = Math.DivRem(group.PartitionCount(topic), subscribers.Count);
            var next = 0;
            for (var index = 0; index < subscribers.Count; index++)
                for (var end = next + each + (index < surplus ? 1 : 0); next < end; next++)
                    assignment[subscribers[index]].Add(new TopicPartition(topic, next));
        }

        return assignment;
    }
}
