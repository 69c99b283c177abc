using System.Collections.Immutable;
using FlowLog.Broker.Metadata.Images;

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
    /// <param name="topics">The topics there are.</param>
    /// <param name="subscribesAnew">The member reads other topics than before.</param>
    public static ConsumerMember Step(
        ConsumerGroup group, ConsumerMember member, ImmutableSortedSet<TopicIdPartition>? owned, TopicsImage topics, bool subscribesAnew) => member.State switch
    {
        MemberState.Stable when member.Epoch == group.TargetEpoch => subscribesAnew ? Unsubscribe(group, member, owned, topics) : member,
        MemberState.UnrevokedPartitions when StillOwns(owned, member.Revoking) => subscribesAnew ? Unsubscribe(group, member, owned, topics) : member,
        _ => Next(group, member, owned, topics),
    };

    private static ConsumerMember Next(ConsumerGroup group, ConsumerMember member, ImmutableSortedSet<TopicIdPartition>? owned, TopicsImage topics)
    {
        // A target that is older than what the member reads may still give it what it does not read any more.
        var target = Read(group, member, group.TargetOf(member.Id), topics);
        var kept = member.Assigned.Intersect(target);
        var revoking = member.Assigned.Except(kept);
        if (!revoking.IsEmpty && StillOwns(owned, revoking))
            return Become(member, member.Epoch, MemberState.UnrevokedPartitions).WithPartitions(kept, TopicIdPartition.None, revoking, member.Epoch);

        var wanted = target.Except(kept);
        var free = wanted.Where(partition => !group.Owners.TryGetValue(partition, out var owner) || (owner == member.Id && IsGivenUp(partition)))
            .ToImmutableSortedSet();
        var state = free.Count == wanted.Count ? MemberState.Stable : MemberState.UnreleasedPartitions;
        return Become(member, group.TargetEpoch, state).WithPartitions(kept, free, TopicIdPartition.None, group.TargetEpoch);

        // Its own partition, given up in the step before, and now its again.
        bool IsGivenUp(TopicIdPartition partition) => member.Revoking.Contains(partition) && owned?.Contains(partition) == false;
    }

    // There is no new target yet, but what it does not read any more need not wait for that.
    private static ConsumerMember Unsubscribe(ConsumerGroup group, ConsumerMember member, ImmutableSortedSet<TopicIdPartition>? owned, TopicsImage topics)
    {
        var kept = Read(group, member, member.Assigned, topics);
        if (kept.Count == member.Assigned.Count)
            return member;

        var revoking = member.Revoking.Union(member.Assigned.Except(kept));
        return StillOwns(owned, revoking)
            ? Become(member, member.Epoch, MemberState.UnrevokedPartitions).WithPartitions(kept, TopicIdPartition.None, revoking, member.Epoch)
            : member.WithPartitions(kept, TopicIdPartition.None, TopicIdPartition.None, member.Epoch);
    }

    private static ImmutableSortedSet<TopicIdPartition> Read(
        ConsumerGroup group, ConsumerMember member, ImmutableSortedSet<TopicIdPartition> partitions, TopicsImage topics)
    {
        var read = group.TopicsOf(member).Select(name => topics.Find(name)?.Id).ToHashSet();
        var others = partitions.Where(partition => !read.Contains(partition.TopicId)).ToList();
        return others.Count == 0 ? partitions : partitions.Except(others);
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
