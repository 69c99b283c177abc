using FlowLog.Broker.Groups.Classic;
using FlowLog.Broker.Groups.Consumers;

namespace FlowLog.Broker.Groups.Migration;

/// <summary>
/// A group of the consumer protocol becomes a classic one because only members of the classic protocol are left. They take along what they should have, and
/// are called to join again, so that one of them leads.
/// </summary>
internal static class Downgrade
{
    /// <summary>True if only classic members are left once <paramref name="leaving"/> are gone, and the group may become theirs.</summary>
    public static bool Follows(ConsumerGroup group, IReadOnlyCollection<ConsumerMember> leaving, GroupTurn turn)
    {
        if (!turn.Settings.Consumers.Migration.HasFlag(MigrationPolicy.Downgrade))
            return false;

        var left = group.Members.Count - leaving.Count;
        return left > 0 && left <= turn.Settings.MaxSize
            && group.Members.Values.All(member => member.Classic is not null || leaving.Any(leaver => leaver.Id == member.Id));
    }

    /// <summary>True if <paramref name="replaced"/> is the last member of the consumer protocol, so that the group may go with it.</summary>
    public static bool FollowsReplacement(ConsumerGroup group, ConsumerMember replaced, GroupTurn turn) =>
        turn.Settings.Consumers.Migration.HasFlag(MigrationPolicy.Downgrade)
        && group.Members.Count <= turn.Settings.MaxSize
        && group.Members.Values.All(member => member.Classic is not null || member.Id == replaced.Id);

    /// <summary>The classic group of those who are left, who are called to join.</summary>
    public static ClassicGroup Decide(ConsumerGroup group, IReadOnlyCollection<ConsumerMember> leaving, GroupTurn turn)
    {
        ConsumerRecords.AddTombstones(group, turn.Decision);
        foreach (var leaver in leaving)
            group = group.Without(leaver.Id);

        return ClassicRebalance.Prepare(Settle(group, turn), turn);
    }

    /// <summary>
    /// The classic group with a member that has just taken the place of the last one of the consumer protocol. As long as everybody has what it should have
    /// nobody else notices.
    /// </summary>
    public static ClassicGroup DecideReplaced(ConsumerGroup group, GroupTurn turn)
    {
        ConsumerRecords.AddTombstones(group, turn.Decision);
        var next = Settle(group, turn);
        return group.StateName == ConsumerGroup.Stable ? next : ClassicRebalance.Prepare(next, turn);
    }

    private static ClassicGroup Settle(ConsumerGroup group, GroupTurn turn)
    {
        var next = new ClassicGroup(group.Id)
        {
            ProtocolType = ClassicGroup.ConsumerProtocolType,
            Generation = group.Epoch,
            LeaderId = group.Members.Keys.First(),
        };
        foreach (var member in group.Members.Values)
            next = next.With(Convert(member, next.NextOrdinal, turn)) with { NextOrdinal = next.NextOrdinal + 1 };

        next = next.Enter(ClassicState.Stable, turn.Now) with { Protocol = ClassicProtocols.Choose(next) };
        foreach (var member in next.Members.All)
            next = next.With(Assign(member, next.Protocol, group, turn));

        next = next with { Topics = ClassicSubscriptions.Of(next) };
        turn.Decision.Add(ClassicRecords.Metadata(next));
        return next;
    }

    private static ClassicMember Convert(ConsumerMember member, long ordinal, GroupTurn turn) => new()
    {
        Id = member.Id,
        InstanceId = member.InstanceId,
        ClientId = member.ClientId,
        ClientHost = member.ClientHost,
        SessionTimeoutMs = member.Classic!.SessionTimeoutMs,
        RebalanceTimeoutMs = member.RebalanceTimeoutMs,
        Protocols = member.Classic.Protocols,
        Ordinal = ordinal,
        ExpiresAt = turn.In(member.Classic.SessionTimeoutMs),
    };

    private static ClassicMember Assign(ClassicMember member, string? chosen, ConsumerGroup group, GroupTurn turn)
    {
        var protocol = member.Protocols.First(known => chosen is null || known.Name == chosen);
        var (target, held) = (group.TargetOf(member.Id), group.Members[member.Id].Assigned.Union(group.Members[member.Id].Revoking));
        return member with
        {
            Assignment = EmbeddedProtocol.Assignment(target, protocol, turn.Image.Topics),
            Held = held.SetEquals(target) ? default(ReadOnlyMemory<byte>?) : EmbeddedProtocol.Assignment(held, protocol, turn.Image.Topics),
        };
    }
}
