namespace FlowLog.Broker.Groups.Consumers.Assignors;

/// <summary>
/// Shares partitions among members that do not all subscribe to the same. What is free goes to whoever has least of those who may have it; then topic by topic
/// partitions go from those who have most to those who have least, until nothing moves any more. Topics with many partitions for each subscriber go first.
/// </summary>
internal sealed class UnevenBalance
{
    /// <summary>It nearly always settles in two rounds; this only bounds it.</summary>
    private const int MostRounds = 16;

    private readonly List<Share> _shares;
    private readonly IReadOnlyDictionary<Guid, int> _counts;
    private readonly Dictionary<Guid, List<int>> _subscribers;
    private readonly int[] _sizes;

    public UnevenBalance(List<Share> shares, IReadOnlyDictionary<Guid, int> counts)
    {
        (_shares, _counts) = (shares, counts);
        _sizes = [.. shares.Select(share => share.Partitions.Count)];
        _subscribers = counts.Keys.ToDictionary(topic => topic, topic => Enumerable.Range(0, shares.Count).Where(i => shares[i].Member.Topics.Contains(topic)).ToList());
    }

    /// <summary>Gives away what is <paramref name="free"/>, and evens out.</summary>
    public void Assign(IReadOnlyCollection<TopicIdPartition> free)
    {
        var loads = new MemberLoads(_sizes);
        var byTopic = free.ToLookup(partition => partition.TopicId);
        foreach (var topic in InOrder(byTopic.Select(topic => topic.Key)))
        {
            loads.Start(_subscribers[topic]);
            foreach (var partition in byTopic[topic].Order())
                Give(partition, loads.NextLeast());
        }

        EvenOut([.. InOrder(_counts.Keys.Where(topic => _subscribers[topic].Count > 1))], loads);
    }

    private IEnumerable<Guid> InOrder(IEnumerable<Guid> topics) => topics
        .OrderByDescending(topic => (double)_counts[topic] / _subscribers[topic].Count)
        .ThenBy(topic => _subscribers[topic].Count)
        .ThenBy(topic => topic);

    private void EvenOut(List<Guid> topics, MemberLoads loads)
    {
        // Done when a whole round has come back to the last topic of which something moved.
        var last = -1;
        for (var round = 0; round < MostRounds; round++)
        {
            for (var i = 0; i < topics.Count; i++)
            {
                if (i == last)
                    return;

                if (EvenOut(topics[i], loads) || last < 0)
                    last = i;
            }
        }
    }

    private bool EvenOut(Guid topic, MemberLoads loads)
    {
        if (loads.Start(_subscribers[topic]) <= 1)
            return false;

        var given = _subscribers[topic].ToDictionary(
            member => member, member => new Stack<TopicIdPartition>(_shares[member].Partitions.Where(partition => partition.TopicId == topic)));
        var moved = false;
        while (!loads.IsEven)
        {
            var most = loads.NextMost();
            while (most >= 0 && given[most].Count == 0)
            {
                loads.Exclude();
                most = loads.NextMost();
            }

            if (most < 0)
                break;

            var partition = given[most].Pop();
            var least = loads.NextLeast();
            if (loads.IsEven)
                break;

            _shares[most].Partitions.Remove(partition);
            _sizes[most]--;
            Give(partition, least);
            moved = true;
        }

        return moved;
    }

    private void Give(TopicIdPartition partition, int member)
    {
        _shares[member].Partitions.Add(partition);
        _sizes[member]++;
    }
}
