using System.Collections.Immutable;
using FlowLog.Broker.Groups.Classic;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Groups.Migration;

/// <summary>
/// A classic group becomes one of the consumer protocol because such a member joins. Its members stay, with what they have been assigned; whoever waits is
/// told to join again, and from then on hears from the broker what to read.
/// </summary>
internal static class Upgrade
{
    /// <summary>The group that <paramref name="group"/> becomes; null, and why, if it may or can not.</summary>
    public static ConsumerGroup? Decide(ClassicGroup group, ConsumerSettings settings, GroupTurn turn, out string why)
    {
        why = Problem(group, settings);
        if (why.Length > 0)
            return null;

        var next = new ConsumerGroup(group.Id) { Epoch = group.Generation, TargetEpoch = group.Generation };
        foreach (var member in group.Members.InOrderOfJoining)
        {
            if (Convert(group, member, next, turn) is not { } converted)
            {
                why = $"Group {group.Id} cannot go over to the consumer protocol: what member {member.Id} says is none of a consumer.";
                return null;
            }

            next = next.With(converted);
        }

        next = WithClaims(next, turn);
        next = next with { Target = next.Members.ToImmutableDictionary(member => member.Key, member => member.Value.Assigned, StringComparer.Ordinal) };

        // What it reads is no news to it.
        next = next with { TopicsHash = Subscriptions.HashOf(next, turn.Image.Topics) };
        AnswerAll(group, turn);
        turn.Decision.Add(ClassicRecords.Tombstone(group.Id));
        ConsumerRecords.AddAll(next, turn.Decision);
        return next;
    }

    private static string Problem(ClassicGroup group, ConsumerSettings settings)
    {
        if (!settings.Migration.HasFlag(MigrationPolicy.Upgrade))
            return $"Group {group.Id} cannot go over to the consumer protocol: group.consumer.migration.policy does not allow it.";

        if (!group.IsConsumers)
            return $"Group {group.Id} cannot go over to the consumer protocol: it is none of consumers.";

        return group.Members.Count > settings.MaxSize
            ? $"Group {group.Id} cannot go over to the consumer protocol: it has more than {settings.MaxSize} members."
            : "";
    }

    private static ConsumerMember? Convert(ClassicGroup group, ClassicMember member, ConsumerGroup next, GroupTurn turn)
    {
        if (EmbeddedProtocol.Subscription(member.Protocols, group.Protocol) is not { } subscription)
            return null;

        if (EmbeddedProtocol.Assigned(member.Held ?? member.Assignment, turn.Image.Topics) is not { } assigned)
            return null;

        // A leader may have given one partition to two: the longer member keeps it.
        assigned = assigned.Except(next.Owners.Keys);
        return new ConsumerMember(member.Id)
        {
            InstanceId = member.InstanceId,
            RackId = subscription.RackId,
            ClientId = member.ClientId,
            ClientHost = member.ClientHost,
            Topics = subscription.Topics.ToImmutableSortedSet(StringComparer.Ordinal),
            RebalanceTimeoutMs = member.RebalanceTimeoutMs,
            Epoch = group.Generation,
            PreviousEpoch = group.Generation,
            Classic = new ClassicSide(member.SessionTimeoutMs, member.Protocols),
            SessionDeadline = turn.In(member.SessionTimeoutMs),
        }.WithPartitions(TopicIdPartition.None, assigned, TopicIdPartition.None, group.Generation);
    }

    // What a member said when it joined it has until it is told otherwise. In the middle of a rebalance assignments may be forgotten already; and where the
    // leader has just given its assignment a cooperative member that has not asked for its part yet still reads what it is to lose. Whether it has asked no
    // record tells, but one that has, and lost something, joins again and says so: those who have settled say nothing that is not theirs.
    private static ConsumerGroup WithClaims(ConsumerGroup group, GroupTurn turn)
    {
        foreach (var member in group.Members.Values)
        {
            var claims = EmbeddedProtocol.Owned(EmbeddedProtocol.Subscription(member.Classic!.Protocols)!, turn.Image.Topics).Except(group.Owners.Keys);
            group = group.With(member.WithPartitions(member.Assigned, claims, TopicIdPartition.None, group.Epoch));
        }

        return group;
    }

    private static void AnswerAll(ClassicGroup group, GroupTurn turn)
    {
        foreach (var member in group.Members.All)
        {
            if (member.AwaitingJoin is { } join)
                turn.Decision.Answer(join, ClassicAnswers.JoinRefused(member.Id, ErrorCode.RebalanceInProgress));

            if (member.AwaitingSync is { } sync)
                turn.Decision.Answer(sync, ClassicAnswers.SyncRefused(ErrorCode.RebalanceInProgress));
        }
    }
}
