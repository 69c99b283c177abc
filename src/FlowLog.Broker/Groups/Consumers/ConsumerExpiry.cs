using FlowLog.Broker.Coordination;

namespace FlowLog.Broker.Groups.Consumers;

/// <summary>What time does to consumer groups: silent members go, patterns are looked at, targets become due.</summary>
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
                SessionDeadline = turn.In(settings.SessionTimeoutMs),
                RevocationDeadline = member.State == MemberState.UnrevokedPartitions ? turn.In(member.RebalanceTimeoutMs) : Moment.Never,
            });
        }

        // Topics may have come and gone while nobody looked.
        return group.IsEmpty ? group : group with { TargetDeadline = turn.Now.ElapsedMs };
    }

    public static ConsumerGroup Decide(ConsumerGroup group, GroupTurn turn)
    {
        var now = turn.Now.ElapsedMs;
        foreach (var member in group.Members.Values.Where(member => Math.Min(member.SessionDeadline, member.RevocationDeadline) <= now))
            group = ConsumerLeave.Remove(group, member, turn);

        if (group.TargetDeadline > now)
            return group;

        group = Subscriptions.Refresh(group, resolve: true, turn);
        return Targeting.Update(group, turn.Settings.Consumers.For(turn.Image.Configs, group.Id), turn);
    }

    /// <summary>Topics have come, gone or grown: whoever reads some of them, or reads by pattern, looks anew.</summary>
    public static bool IsConcerned(ConsumerGroup group, IReadOnlySet<string> topics) =>
        group.Members.Values.Any(member => member.Pattern.Length > 0 || member.Topics.Overlaps(topics));
}
