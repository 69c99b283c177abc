using System.Collections.Immutable;

namespace FlowLog.Broker.Groups.Consumers.Assignors;

/// <summary>
/// Splits every topic for itself into contiguous ranges, one for each member, the first members getting one more where it does not come out even.
/// Topics with the same number of partitions and the same members are split the same way, so that partition 3 of both goes to one member.
/// </summary>
internal sealed class RangeAssignor : IAssignor
{
    public const string TheName = "range";

    public string Name => TheName;

    public IReadOnlyDictionary<string, ImmutableSortedSet<TopicIdPartition>> Assign(AssignmentQuestion question)
    {
        var shares = question.Members.ToDictionary(member => member.Id, _ => ImmutableSortedSet.CreateBuilder<TopicIdPartition>(), StringComparer.Ordinal);

        // A static member keeps its place in the order, and with it its range, when it comes back under another id.
        var inOrder = question.Members
            .OrderBy(member => member.InstanceId is null)
            .ThenBy(member => member.InstanceId ?? member.Id, StringComparer.Ordinal)
            .ToList();
        foreach (var (topic, count) in question.PartitionCounts)
        {
            var subscribers = inOrder.FindAll(member => member.Topics.Contains(topic));
            var next = 0;
            for (var i = 0; i < subscribers.Count; i++)
            {
                var share = (count / subscribers.Count) + (i < count % subscribers.Count ? 1 : 0);
                for (; share > 0; share--)
                    shares[subscribers[i].Id].Add(new TopicIdPartition(topic, next++));
            }
        }

        return shares.ToDictionary(share => share.Key, share => share.Value.ToImmutable(), StringComparer.Ordinal);
    }
}
