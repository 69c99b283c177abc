using System.Collections.Immutable;

namespace FlowLog.Broker.Groups.Consumers;

/// <summary>
/// One step of a member from what it has to what it shall have. First it gives up what it shall not have, and stays in its epoch until it has confirmed
/// that; then it gets what is free, and later what others give up. A partition never has two owners.
/// </summary>
internal static class Reconciliation
{
    /// <summary>The member after the step; the same if it has to wait.</summary>
    /// <param name="group">The group, with its target.</param>
    /// <param name="member">The member.</param>
    /// <param name="owned">What the member says to have; null if it does not say.</param>
    public static ConsumerMember Step(ConsumerGroup group, ConsumerMember member, ImmutableSortedSet<TopicIdPartition>? owned) => member.State switch
    {
        MemberState.Stable when member.Epoch == group.TargetEpoch => member,
        MemberState.UnrevokedPartitions when StillOwns(owned, member.Revoking) => member,
        MemberState.UnrevokedPartitions => Next(group, member, member.Epoch + 1, owned),
        _ => Next(group, member, member.Epoch, owned),
    };

    private static ConsumerMember Next(ConsumerGroup group, ConsumerMember member, int epoch, ImmutableSortedSet<TopicIdPartition>? owned)
    {
        var target = group.TargetOf(member.Id);
        var kept = member.Assigned.Intersect(target);
        var revoking = member.Assigned.Except(kept);
        if (!revoking.IsEmpty && StillOwns(owned, revoking))
            return Become(member, epoch, MemberState.UnrevokedPartitions).WithPartitions(kept, TopicIdPartition.None, revoking, epoch);

        var wanted = target.Except(kept);
        var free = wanted.Where(partition => !group.Owners.TryGetValue(partition, out var owner) || (owner == member.Id && IsGivenUp(partition)))
            .ToImmutableSortedSet();
        var state = free.Count == wanted.Count ? MemberState.Stable : MemberState.UnreleasedPartitions;
        return Become(member, group.TargetEpoch, state).WithPartitions(kept, free, TopicIdPartition.None, group.TargetEpoch);

        // Its own partition, given up in the step before, and now its again.
        bool IsGivenUp(TopicIdPartition partition) => member.Revoking.Contains(partition) && owned?.Contains(partition) == false;
    }

    private static ConsumerMember Become(ConsumerMember member, int epoch, MemberState state) => member with
    {
        Epoch = epoch,
        PreviousEpoch = epoch == member.Epoch ? member.PreviousEpoch : member.Epoch,
        State = state,
    };

    // Who does not say what it has is taken to have everything.
    private static bool StillOwns(ImmutableSortedSet<TopicIdPartition>? owned, ImmutableSortedSet<TopicIdPartition> partitions) => owned?.Overlaps(partitions) ?? true;
}
