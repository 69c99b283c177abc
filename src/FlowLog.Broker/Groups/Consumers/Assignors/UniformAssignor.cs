using System.Collections.Immutable;

namespace FlowLog.Broker.Groups.Consumers.Assignors;

/// <summary>
/// Gives everybody the same number of partitions, or one more, as far as subscriptions allow, and lets everybody keep as much as that allows:
/// what moves costs its old and its new owner.
/// </summary>
internal sealed class UniformAssignor : IAssignor
{
    public string Name => "uniform";

    public IReadOnlyDictionary<string, ImmutableSortedSet<TopicIdPartition>> Assign(AssignmentQuestion question)
    {
        if (question.Members.Count == 0)
            return ImmutableDictionary<string, ImmutableSortedSet<TopicIdPartition>>.Empty;

        var shares = question.Members.Select(member => new Share(member, Kept(member, question))).ToList();
        var free = Free(question, shares);
        if (question.IsHomogeneous)
            EvenOut(shares, free);
        else
            Balance(shares, free);

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
        foreach (var share in shares)
        {
            var keeps = quota;
            if (extras > 0 && share.Partitions.Count > quota)
            {
                keeps++;
                extras--;
            }

            while (share.Partitions.Count > keeps)
                free.Add(share.TakeLast());
        }

        foreach (var share in shares)
        {
            while (share.Partitions.Count < quota)
                share.Partitions.Add(TakeFirst(free));
        }

        foreach (var share in shares.Where(share => share.Partitions.Count == quota).Take(free.Count).ToList())
            share.Partitions.Add(TakeFirst(free));
    }

    private static void Balance(List<Share> shares, SortedSet<TopicIdPartition> free)
    {
        // Topics that few may have go first: those that many may have can still make up for them.
        var subscribers = shares.SelectMany(share => share.Member.Topics).GroupBy(topic => topic).ToDictionary(topic => topic.Key, topic => topic.Count());
        foreach (var partition in free.OrderBy(partition => subscribers.GetValueOrDefault(partition.TopicId)).ThenBy(partition => partition))
            shares.Where(share => share.Member.Topics.Contains(partition.TopicId)).MinBy(share => share.Partitions.Count)?.Partitions.Add(partition);

        while (MoveOne(shares))
            continue;
    }

    private static bool MoveOne(List<Share> shares)
    {
        var byLoad = shares.OrderBy(share => share.Partitions.Count).ToList();
        foreach (var poor in byLoad)
        {
            for (var i = byLoad.Count - 1; i >= 0 && byLoad[i].Partitions.Count > poor.Partitions.Count + 1; i--)
            {
                foreach (var partition in byLoad[i].Partitions.Where(partition => poor.Member.Topics.Contains(partition.TopicId)).TakeLast(1).ToList())
                {
                    byLoad[i].Partitions.Remove(partition);
                    poor.Partitions.Add(partition);
                    return true;
                }
            }
        }

        return false;
    }

    private static TopicIdPartition TakeFirst(SortedSet<TopicIdPartition> free)
    {
        var first = free.Min;
        free.Remove(first);
        return first;
    }

    private sealed class Share(AssignedMember member, IEnumerable<TopicIdPartition> kept)
    {
        public AssignedMember Member => member;

        public ImmutableSortedSet<TopicIdPartition>.Builder Partitions { get; } = kept.ToImmutableSortedSet().ToBuilder();

        public TopicIdPartition TakeLast()
        {
            var last = Partitions.Max;
            Partitions.Remove(last);
            return last;
        }
    }
}
