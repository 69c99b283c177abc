using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Groups.Streams;
using FlowLog.Broker.Tests.Mutants;

namespace FlowLog.Broker.Tests.Groups.Streams;

/// <summary>Bugs that the model of the streams group must notice.</summary>
internal static class StreamsMutants
{
    [Mutant(typeof(HeldTasks), nameof(HeldTasks.Overlaps))]
    public static bool A_task_is_given_away_before_its_member_has_given_it_up(HeldTasks held, TaskSets owned) => false;

    [Mutant(typeof(StreamsRecords), nameof(StreamsRecords.Current))]
    public static CoordinatorRecord What_a_member_is_to_give_up_is_not_written(string groupId, StreamsMember member)
    {
        using var _ = Planted.Asleep();
        return StreamsRecords.Current(groupId, member with { Revoking = HeldTasks.None });
    }

    [Mutant(typeof(StreamsTopics), nameof(StreamsTopics.IsConcerned))]
    public static bool A_topic_that_grows_is_not_noticed(StreamsGroup group, IReadOnlySet<string> topics) => false;

    [Mutant(typeof(StreamsLeave), nameof(StreamsLeave.Remove))]
    public static StreamsGroup The_group_keeps_its_epoch_when_a_member_goes(StreamsGroup group, StreamsMember member, GroupTurn turn)
    {
        StreamsRecords.AddMemberTombstones(group.Id, member.Id, turn.Decision);
        return group.Without(member.Id);
    }

    [Mutant(typeof(StreamsRecords), nameof(StreamsRecords.TargetEpoch))]
    public static CoordinatorRecord A_target_is_written_with_the_epoch_before(StreamsGroup group)
    {
        using var _ = Planted.Asleep();
        return StreamsRecords.TargetEpoch(group with { TargetEpoch = group.TargetEpoch - 1 });
    }
}
