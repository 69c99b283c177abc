using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Consuming.Assignors;

/// <summary>Deals all partitions of all topics around, one by one, to the members that subscribe to the topic.</summary>
public sealed class RoundRobinAssignor : IPartitionAssignor
{
    /// <inheritdoc/>
    public string Name => "roundrobin";

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, MemberAssignment>> AssignAsync(GroupSubscription group, CancellationToken cancellation) =>
        new(Assign(group).ToAssignments());

    private static Dictionary<string, List<TopicPartition>> Assign(GroupSubscription group)
    {
        var assignment = group.EmptyLists();
        var members = group.InOrder();
        var next = 0;
        foreach (var partition in group.Partitions())
        {
            while (!members[next].Value.Topics.Contains(partition.Topic))
                next = (next + 1) % members.Count;

            assignment[members[next].Key].Add(partition);
            next = (next + 1) % members.Count;
        }

        return assignment;
    }
}
