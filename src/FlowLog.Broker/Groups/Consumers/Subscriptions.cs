using System.Collections.Immutable;
using FlowLog.Broker.Coordination;
using FlowLog.Broker.Metadata.Images;

namespace FlowLog.Broker.Groups.Consumers;

/// <summary>What a group subscribes to, as the topics are now.</summary>
internal static class Subscriptions
{
    /// <summary>
    /// Resolves the patterns that were not resolved yet, or whose topics have changed, forgets those that nobody has any more, and gives the group a new
    /// epoch if what it reads, or what a pattern stands for, is not what it was.
    /// </summary>
    public static ConsumerGroup Refresh(ConsumerGroup group, bool resolve, GroupTurn turn)
    {
        var differs = false;
        group = resolve ? Resolve(group, turn, out differs) : group;
        var hash = HashOf(group, turn.Image.Topics);
        return hash == group.TopicsHash && !differs ? group : Bump(group with { TopicsHash = hash }, turn);
    }

    /// <summary>Gives the group its next epoch.</summary>
    public static ConsumerGroup Bump(ConsumerGroup group, GroupTurn turn)
    {
        group = group with { Epoch = group.Epoch + 1 };
        turn.Decision.Add(ConsumerRecords.Epoch(group));
        return group;
    }

    /// <summary>True if some member's pattern has not been looked at.</summary>
    public static bool HasUnresolved(ConsumerGroup group) =>
        group.Members.Values.Any(member => member.Pattern.Length > 0 && !group.Patterns.ContainsKey(member.Pattern));

    /// <summary>Forgets patterns that nobody has any more.</summary>
    public static ConsumerGroup ForgetPatterns(ConsumerGroup group, GroupTurn turn)
    {
        foreach (var pattern in group.Patterns.Keys.Where(pattern => !group.Members.Values.Any(member => member.Pattern == pattern)))
        {
            turn.Decision.Add(ConsumerRecords.PatternTombstone(group.Id, pattern));
            group = group with { Patterns = group.Patterns.Remove(pattern) };
        }

        return group;
    }

    /// <summary>Tells what the group reads from what others do, and from what it may read tomorrow: the topics there are of those, and their partitions.</summary>
    public static long HashOf(ConsumerGroup group, TopicsImage topics) =>
        TopicsHash.Of(group.Members.Values.SelectMany(group.TopicsOf).ToImmutableSortedSet(StringComparer.Ordinal), topics);

    private static ConsumerGroup Resolve(ConsumerGroup group, GroupTurn turn, out bool differs)
    {
        differs = false;
        foreach (var pattern in group.Members.Values.Select(member => member.Pattern).Where(pattern => pattern.Length > 0).Distinct(StringComparer.Ordinal))
        {
            // Patterns are checked before they get here; one of another broker's time that is none to us matches nothing.
            var expression = Re2Pattern.TryParse(pattern);
            var topics = turn.Image.Topics.ByName.Keys.Where(name => expression?.IsMatch(name) == true).ToImmutableSortedSet(StringComparer.Ordinal);
            if (group.Patterns.TryGetValue(pattern, out var before) && before.SetEquals(topics))
                continue;

            differs |= !topics.SetEquals(before ?? []);
            turn.Decision.Add(ConsumerRecords.Pattern(group.Id, pattern, topics, turn.Now.UnixMs));
            group = group with { Patterns = group.Patterns.SetItem(pattern, topics) };
        }

        return group;
    }
}
