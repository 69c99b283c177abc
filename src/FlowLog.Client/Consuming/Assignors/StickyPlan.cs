using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Consuming.Assignors;

/// <summary>What a member says it holds, and since when.</summary>
internal readonly record struct Holding(int Generation, IReadOnlyList<TopicPartition> Partitions);

/// <summary>
/// Balances partitions with as few moves as possible: everybody keeps what they hold up to their share; the rest goes to whoever
/// has least; then single partitions move from those with more to those with less until no move improves the balance.
/// </summary>
internal sealed class StickyPlan
{
    private readonly GroupSubscription _group;
    private readonly List<TopicPartition> _partitions;
    private readonly Dictionary<string, List<string>> _subscribers;
    private readonly Dictionary<string, List<TopicPartition>> _assignment;
    private readonly Dictionary<TopicPartition, string> _formerOwners;

    private StickyPlan(GroupSubscription group, IReadOnlyDictionary<string, Holding> holdings)
    {
        _group = group;
        _partitions = group.Partitions();
        _assignment = group.EmptyLists();
        _formerOwners = FormerOwners(holdings);

        var members = group.InOrder();
        _subscribers = _partitions.Select(partition => partition.Topic).Distinct(StringComparer.Ordinal).ToDictionary(
            topic => topic,
            topic => members.Where(member => member.Value.Topics.Contains(topic)).Select(member => member.Key).ToList(),
            StringComparer.Ordinal);
    }

    public static Dictionary<string, List<TopicPartition>> Compute(GroupSubscription group, IReadOnlyDictionary<string, Holding> holdings)
    {
        var plan = new StickyPlan(group, holdings);
        var left = plan.Keep();
        plan.HandOut(left);
        plan.Balance();
        return plan._assignment;
    }

    /// <summary>The newest claim wins. Two claims of one generation cannot both be true, so neither counts.</summary>
    private static Dictionary<TopicPartition, string> FormerOwners(IReadOnlyDictionary<string, Holding> holdings)
    {
        Dictionary<TopicPartition, (int Generation, string? Member)> claims = [];
        foreach (var (member, holding) in holdings)
            foreach (var partition in holding.Partitions)
                if (!claims.TryGetValue(partition, out var claim) || holding.Generation > claim.Generation)
                    claims[partition] = (holding.Generation, member);
                else if (holding.Generation == claim.Generation && claim.Member != member)
                    claims[partition] = (claim.Generation, null);

        return claims.Where(claim => claim.Value.Member is not null).ToDictionary(claim => claim.Key, claim => claim.Value.Member!);
    }

    /// <summary>Leaves each partition with its former owner while that one is below the largest fair share; returns the others.</summary>
    private List<TopicPartition> Keep()
    {
        var (share, surplus) = Math.DivRem(_partitions.Count, _assignment.Count);
        var all = SharesAreEven();
        List<TopicPartition> left = [];
        foreach (var partition in _partitions)
        {
            if (!_formerOwners.TryGetValue(partition, out var owner) || !_group.Members.TryGetValue(owner, out var member)
                || !member.Topics.Contains(partition.Topic) || (all && !MayKeep(_assignment[owner].Count, share, ref surplus)))
                left.Add(partition);
            else
                _assignment[owner].Add(partition);
        }

        return left;
    }

    /// <summary>With the same subscription everywhere each member has share or share + 1, and only so many have one more.</summary>
    private static bool MayKeep(int held, int share, ref int surplus)
    {
        if (held < share)
            return true;
        if (held > share || surplus == 0)
            return false;

        surplus--;
        return true;
    }

    private bool SharesAreEven()
    {
        var first = _group.Members.Values.First().Topics.ToHashSet(StringComparer.Ordinal);
        return _group.Members.Values.All(member => first.SetEquals(member.Topics));
    }

    /// <summary>Partitions that few can take go first, each to the member with least.</summary>
    private void HandOut(List<TopicPartition> left)
    {
        foreach (var partition in left.OrderBy(partition => _subscribers[partition.Topic].Count))
            if (_subscribers[partition.Topic] is { Count: > 0 } candidates)
                _assignment[Least(candidates)].Add(partition);
    }

    private string Least(List<string> candidates)
    {
        var least = candidates[0];
        foreach (var candidate in candidates)
            if (_assignment[candidate].Count < _assignment[least].Count)
                least = candidate;
        return least;
    }

    private void Balance()
    {
        // Every move lowers the sum of squares of the counts, so this ends.
        var moved = true;
        while (moved)
        {
            moved = false;
            foreach (var member in _assignment.Keys.OrderByDescending(member => _assignment[member].Count).ThenBy(member => member, StringComparer.Ordinal).ToList())
                while (TryMoveOneFrom(member))
                    moved = true;
        }
    }

    private bool TryMoveOneFrom(string member)
    {
        var held = _assignment[member];
        // Partitions that the member did not hold before move first: they cost nothing.
        foreach (var strangersOnly in (ReadOnlySpan<bool>)[true, false])
            for (var index = held.Count - 1; index >= 0; index--)
            {
                var partition = held[index];
                var isOwn = _formerOwners.TryGetValue(partition, out var owner) && owner == member;
                if (strangersOnly == isOwn)
                    continue;

                var least = Least(_subscribers[partition.Topic]);
                if (_assignment[least].Count + 1 >= held.Count)
                    continue;

                held.RemoveAt(index);
                _assignment[least].Add(partition);
                return true;
            }

        return false;
    }
}
