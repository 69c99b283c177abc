using FlowLog.Broker.Coordination;

namespace FlowLog.Broker.Groups.Streams;

/// <summary>What time does to streams groups: silent members go, and the first target becomes due.</summary>
internal static class StreamsExpiry
{
    /// <summary>Everybody who was read from the log gets a full session from now on.</summary>
    public static StreamsGroup Loaded(StreamsGroup group, GroupTurn turn)
    {
        var settings = turn.Settings.Streams.For(turn.Image.Configs, group.Id);
        foreach (var member in group.Members.Values)
        {
            group = group.With(member with
            {
                SessionDeadline = turn.In(settings.SessionTimeoutMs),
                RevocationDeadline = member.State == StreamsMemberState.UnrevokedTasks ? turn.In(member.RebalanceTimeoutMs) : Moment.Never,
            });
        }

        return group;
    }

    public static StreamsGroup Decide(StreamsGroup group, GroupTurn turn)
    {
        var now = turn.Now.ElapsedMs;
        foreach (var member in group.Members.Values.Where(member => Math.Min(member.SessionDeadline, member.RevocationDeadline) <= now))
            group = StreamsLeave.Remove(group, member, turn);

        if (group.FirstTargetDeadline > now)
            return group;

        // Where the topics have not been looked at, the next heartbeat sees to both.
        group = group with { FirstTargetDeadline = Moment.Never };
        var settings = turn.Settings.Streams.For(turn.Image.Configs, group.Id);
        return group.IsEmpty || group.Configured is null || group.TargetEpoch >= group.Epoch || !StreamsTargeting.IsDue(group, settings, turn)
            ? group
            : StreamsTargeting.Compute(group, turn);
    }
}
