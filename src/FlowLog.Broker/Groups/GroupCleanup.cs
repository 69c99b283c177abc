using FlowLog.Broker.Groups.Offsets;

namespace FlowLog.Broker.Groups;

/// <summary>Forgets offsets that nobody has needed for the retention time, and groups that have neither members nor offsets.</summary>
internal static class GroupCleanup
{
    /// <summary>Tombstones in one go; then others get their turn before it goes on.</summary>
    private const int EnoughForNow = 1_000;

    public static void Decide(GroupShard shard, string? after, GroupTurn turn)
    {
        foreach (var group in shard.GroupsAfter(after))
        {
            if (OffsetDeletions.Expire(shard.Offsets, group, turn) && group.IsEmpty)
                GroupAdministration.AddTombstones(group, turn.Decision);

            if (turn.Decision.Events.Count >= EnoughForNow)
            {
                turn.Decision.Add(new CleanupAdvanced(group.Id, turn.Now.ElapsedMs));
                return;
            }
        }

        turn.Decision.Add(new CleanupAdvanced(null, turn.In(turn.Settings.OffsetsRetentionCheckIntervalMs)));
    }
}
