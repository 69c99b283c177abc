using FlowLog.Broker.Coordination;

namespace FlowLog.Broker.Groups.Consumers;

/// <summary>What time does to consumer groups: silent members go, and patterns are looked at.</summary>
internal static class ConsumerExpiry
{
    /// <summary>Everybody who was read from the log gets a full session from now on.</summary>
    public static ConsumerGroup Loaded(ConsumerGroup group, GroupTurn turn)
    {
        var settings = turn.Settings.Consumers.For(turn.Image.Configs, group.Id);
        foreach (var member in group.Members.Values)
        {
            group = group.With(member with
            {
                SessionDeadline = turn.In(member.Classic?.SessionTimeoutMs ?? settings.SessionTimeoutMs),

                // A member of the classic protocol confirms with a join, and its time for that counts from when a heartbeat calls it to.
                RevocationDeadline = member is { Classic: null, State: MemberState.UnrevokedPartitions } ? turn.In(member.RebalanceTimeoutMs) : Moment.Never,
            });
        }

        // Topics may have come and gone while nobody looked.
        return HasPatterns(group) ? group with { LookDeadline = turn.Now.ElapsedMs } : group;
    }

    public static IGroup Decide(ConsumerGroup group, GroupTurn turn)
    {
        var now = turn.Now.ElapsedMs;
        var overdue = group.Members.Values.Where(member => member.NextDeadline <= now).ToList();
        var next = overdue.Count == 0 ? group : ConsumerLeave.Remove(group, overdue, turn);
        return next is ConsumerGroup left && left.LookDeadline <= now
            ? Subscriptions.Refresh(left with { LookDeadline = Moment.Never }, resolve: true, turn)
            : next;
    }

    /// <summary>Whoever reads by pattern looks anew when topics have come or gone. Whoever names its topics finds out when it is heard of.</summary>
    public static bool HasPatterns(ConsumerGroup group) => group.Members.Values.Any(member => member.Pattern.Length > 0);
}
