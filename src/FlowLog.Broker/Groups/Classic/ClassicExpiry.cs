using FlowLog.Broker.Coordination;

namespace FlowLog.Broker.Groups.Classic;

/// <summary>What time alone does to a classic group: sessions end, gatherings end, ids that were given out lapse.</summary>
internal static class ClassicExpiry
{
    public static ClassicGroup Decide(ClassicGroup group, GroupTurn turn)
    {
        group = ExpireMembers(group, turn);

        if (group.Gathering is { } gathering && gathering.Deadline <= turn.Now.ElapsedMs)
            group = ClassicRebalance.GatheringEnds(group, turn);

        if (group.SyncDeadline <= turn.Now.ElapsedMs)
            group = ClassicRebalance.SyncEnds(group, turn);

        return group;
    }

    /// <summary>Members that were read from the log have all been alive a moment ago, as far as anyone knows.</summary>
    public static ClassicGroup Loaded(ClassicGroup group, GroupTurn turn)
    {
        foreach (var member in group.Members.All)
            group = ClassicHeartbeat.KeepAlive(group, member.Id, turn);

        return group.Members.Count > turn.Settings.MaxSize ? ClassicRebalance.Prepare(group, turn) : group;
    }

    private static ClassicGroup ExpireMembers(ClassicGroup group, GroupTurn turn)
    {
        var now = turn.Now.ElapsedMs;
        var lapsed = group.Pending.Where(pending => pending.Value <= now).Select(pending => pending.Key).ToArray();
        var silent = group.Members.All.Where(member => member.Deadline <= now).Select(member => member.Id).ToArray();
        if (lapsed.Length == 0 && silent.Length == 0)
            return group;

        group = group with { Pending = group.Pending.RemoveRange(lapsed) };
        foreach (var memberId in silent)
            group = ClassicRebalance.Remove(group, memberId, turn);

        return silent.Length > 0 && group.State != ClassicState.Empty
            ? ClassicRebalance.PrepareOrComplete(group, turn)
            : ClassicRebalance.CompleteIfGathered(group, turn);
    }
}
