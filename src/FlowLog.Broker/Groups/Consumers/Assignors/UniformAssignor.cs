using System.Collections.Immutable;

namespace FlowLog.Broker.Groups.Consumers.Assignors;

/// <summary>
/// Gives everybody the same number of partitions, or one more, as far as subscriptions allow, and lets everybody keep as much as that allows:
/// what moves costs its old and its new owner. Which partitions go and who gets one more is as in Apache Kafka.
/// </summary>
internal sealed class UniformAssignor : IAssignor
{
    public const string TheName = "uniform";

    public string Name => TheName;

    public IReadOnlyDictionary<string, ImmutableSortedSet<TopicIdPartition>> Assign(AssignmentQuestion question)
    {
        if (question.Members.Count == 0)
            return ImmutableDictionary<string, ImmutableSortedSet<TopicIdPartition>>.Empty;

        var shares = MemberOrder.Of(question.Members).Select(member => new Share(member, Kept(member, question))).ToList();
        var free = Free(question, shares);
        if (question.IsHomogeneous)
            EvenOut(shares, free);
        else
            new UnevenBalance(shares, question.PartitionCounts).Assign(free);

        return shares.ToDictionary(share => share.Member.Id, share => share.Partitions.ToImmutable(), StringComparer.Ordinal);
    }

    private static IEnumerable<TopicIdPartition> Kept(AssignedMember member, AssignmentQuestion question) => member.Present.Where(
        partition => member.Topics.Contains(partition.TopicId) && partition.Partition < question.PartitionCounts.GetValueOrDefault(partition.TopicId));

    private static SortedSet<TopicIdPartition> Free(AssignmentQuestion question, List<Share> shares)
    {
        var free = new SortedSet<TopicIdPartition>();
        foreach (var (topic, count) in question.PartitionCounts)
        {
            for (var partition = 0; partition < count; partition++)
                free.Add(new TopicIdPartition(topic, partition));
        }

        // Two may think that they have the same one, where somebody was replaced: the first keeps it.
        foreach (var share in shares)
        {
            foreach (var partition in share.Partitions.ToList())
            {
                if (!free.Remove(partition))
                    share.Partitions.Remove(partition);
            }
        }

        return free;
    }

    // With equal subscriptions every partition can go anywhere: it is enough to count.
    private static void EvenOut(List<Share> shares, SortedSet<TopicIdPartition> free)
    {
        var total = free.Count + shares.Sum(share => share.Partitions.Count);
        var quota = total / shares.Count;
        var extras = total % shares.Count;
        var waiting = new Queue<TopicIdPartition>(free);
        var room = new List<(Share Share, int Room)>();
        for (var i = 0; i < shares.Count; i++)
        {
            var share = shares[i];

            // One more is for whoever has it already, and else for the last of them.
            var mayHaveMore = extras > 0 && (share.Partitions.Count > quota || shares.Count - i <= extras);
            var size = quota + (mayHaveMore ? 1 : 0);
            extras -= mayHaveMore ? 1 : 0;
            foreach (var partition in share.Partitions.Skip(size).ToList())
            {
                share.Partitions.Remove(partition);
                waiting.Enqueue(partition);
            }

            room.Add((share, size - share.Partitions.Count));
        }

        foreach (var (share, places) in room)
        {
            for (var place = 0; place < places; place++)
                share.Partitions.Add(waiting.Dequeue());
        }
    }
}

/// <summary>What a member gets, while that is being decided.</summary>
internal sealed class Share(AssignedMember member, IEnumerable<TopicIdPartition> kept)
{
    public AssignedMember Member => member;

    public ImmutableSortedSet<TopicIdPartition>.Builder Partitions { get; } = kept.ToImmutableSortedSet().ToBuilder();
}
