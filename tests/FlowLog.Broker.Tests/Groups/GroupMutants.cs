using System.Collections.Immutable;
using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Groups.Classic;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Broker.Groups.Migration;
using FlowLog.Broker.Groups.Offsets;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Broker.Tests.Mutants;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Tests.Groups;

/// <summary>Bugs that the model of the classic group must notice.</summary>
internal static class ClassicMutants
{
    [Mutant(typeof(ClassicGroup), nameof(ClassicGroup.CheckCommit))]
    public static ErrorCode The_generation_of_a_commit_is_not_checked(ClassicGroup group, in CommitClaim claim)
    {
        using var _ = Planted.Asleep();
        return group.CheckCommit(claim with { GenerationOrEpoch = group.Generation });
    }

    [Mutant(typeof(ClassicGroup), nameof(ClassicGroup.IsLeader))]
    public static bool Anybody_may_assign(ClassicGroup group, string memberId) => true;

    [Mutant(typeof(ClassicSync), "Check")]
    public static ErrorCode The_generation_of_a_sync_is_not_checked(ClassicGroup group, SyncGroupRequest request) =>
        group.CheckMember(request.MemberId, request.GroupInstanceId);
}

/// <summary>Bugs that the model of the consumer group must notice.</summary>
internal static class ConsumerMutants
{
    [Mutant(typeof(Reconciliation), "StillOwns")]
    public static bool A_partition_is_given_away_before_its_owner_has_given_it_up(
        ImmutableSortedSet<TopicIdPartition>? owned, ImmutableSortedSet<TopicIdPartition> partitions) => false;

    [Mutant(typeof(ConsumerGroup), nameof(ConsumerGroup.With))]
    public static ConsumerGroup What_a_member_is_to_give_up_has_no_owner(ConsumerGroup group, ConsumerMember member)
    {
        using var _ = Planted.Asleep();
        var next = group.With(member);
        return next with { Owners = next.Owners.RemoveRange(member.Revoking) };
    }

    [Mutant(typeof(Targeting), nameof(Targeting.Update))]
    public static ConsumerGroup The_target_is_never_computed_anew(ConsumerGroup group, ConsumerMember heard, ConsumerSettings settings, GroupTurn turn)
    {
        using var _ = Planted.Asleep();
        return group.TargetEpoch > 0 ? group : Targeting.Update(group, heard, settings, turn);
    }
}

/// <summary>Bugs that the model of mixed groups must notice.</summary>
internal static class MixedMutants
{
    [Mutant(typeof(ClassicMembers), nameof(ClassicMembers.Heartbeat))]
    public static ConsumerGroup A_heartbeat_does_not_put_off_the_end_of_the_session(ConsumerGroup group, HeartbeatRequest request, GroupTurn turn, out ErrorCode answer)
    {
        using var _ = Planted.Asleep();
        ClassicMembers.Heartbeat(group, request, turn, out answer);
        return group;
    }

    [Mutant(typeof(ClassicMembers), nameof(ClassicMembers.Sync))]
    public static ConsumerGroup A_sync_does_not_stop_the_wait_for_it(ConsumerGroup group, SyncGroupRequest request, Ticket<SyncGroupResponse> ticket, GroupTurn turn)
    {
        using var _ = Planted.Asleep();
        ClassicMembers.Sync(group, request, ticket, turn);
        return group;
    }

    [Mutant(typeof(ClassicHeartbeat), nameof(ClassicHeartbeat.KeepAlive))]
    public static ClassicGroup A_classic_heartbeat_keeps_nobody_alive(ClassicGroup group, string memberId, GroupTurn turn) => group;

    [Mutant(typeof(ClassicGroup), "get_EveryoneHasJoined")]
    public static bool A_rebalance_waits_for_nobody(ClassicGroup group) => true;

    [Mutant(typeof(ClassicMembers), "HasNews")]
    public static bool A_classic_member_is_never_called(ConsumerGroup group, ConsumerMember member) => false;

    [Mutant(typeof(EmbeddedProtocol), nameof(EmbeddedProtocol.Assigned))]
    public static ImmutableSortedSet<TopicIdPartition>? An_upgrade_forgets_what_members_have(ReadOnlyMemory<byte> assignment, TopicsImage topics) => TopicIdPartition.None;

    [Mutant(typeof(Downgrade), nameof(Downgrade.Decide))]
    public static ClassicGroup A_downgrade_calls_nobody_to_join(ConsumerGroup group, IReadOnlyCollection<ConsumerMember> leaving, GroupTurn turn)
    {
        using var _ = Planted.Asleep();
        ConsumerRecords.AddTombstones(group, turn.Decision);
        foreach (var leaver in leaving)
            group = group.Without(leaver.Id);

        return Downgrade.DecideReplaced(group with { Epoch = group.TargetEpoch }, turn);
    }

    [Mutant(typeof(Subscriptions), nameof(Subscriptions.ForgetPatterns))]
    public static ConsumerGroup A_pattern_is_forgotten_in_memory_only(ConsumerGroup group, GroupTurn turn) =>
        group with { Patterns = group.Patterns.RemoveRange(group.Patterns.Keys.Where(pattern => !group.Members.Values.Any(member => member.Pattern == pattern))) };

    [Mutant(typeof(ConsumerRecords), "Since")]
    public static ImmutableDictionary<TopicIdPartition, int> The_epochs_of_partitions_are_not_read_back(ConsumerGroupCurrentMemberAssignmentValue value)
    {
        using var _ = Planted.Asleep();
        return value.AssignedPartitions.Concat(value.PartitionsPendingRevocation)
            .SelectMany(topic => topic.Partitions.Select(partition => new TopicIdPartition(topic.TopicId, partition)))
            .ToImmutableDictionary(partition => partition, _ => value.MemberEpoch);
    }

    [Mutant(typeof(ConsumerGroup), nameof(ConsumerGroup.CheckCommit))]
    public static ErrorCode The_epoch_of_a_commit_is_not_checked(ConsumerGroup group, in CommitClaim claim) =>
        group.Members.ContainsKey(claim.MemberId) ? ErrorCode.None : ErrorCode.UnknownMemberId;
}

/// <summary>Bugs that the model of offsets must notice.</summary>
internal static class OffsetMutants
{
    [Mutant(typeof(OffsetTable), nameof(OffsetTable.EndTransaction))]
    public static void What_was_aborted_counts(OffsetTable offsets, long producerId, bool committed)
    {
        using var _ = Planted.Asleep();
        offsets.EndTransaction(producerId, committed: true);
    }

    [Mutant(typeof(OffsetTable), nameof(OffsetTable.EndTransaction))]
    public static void A_transaction_overtakes_what_was_committed_after_it(OffsetTable offsets, long producerId, bool committed)
    {
        using var _ = Planted.Asleep();
        foreach (var (group, partition, offset) in offsets.Pending.Take(producerId))
        {
            if (committed)
                offsets.Put(group, partition, offset);
        }
    }

    [Mutant(typeof(PendingOffsets), nameof(PendingOffsets.Any))]
    public static bool What_a_transaction_holds_looks_stable(PendingOffsets pending, string group, TopicPartition partition) => false;

    [Mutant(typeof(ClassicGroup), nameof(ClassicGroup.IsSubscribedTo))]
    public static bool Offsets_expire_that_are_being_read(ClassicGroup group, string topic) => false;

    [Mutant(typeof(ClassicGroup), nameof(ClassicGroup.UnusedSince))]
    public static long? Offsets_age_while_their_group_is_alive(ClassicGroup group, long committedAt) => committedAt;

    [Mutant(typeof(CommittedOffset), nameof(CommittedOffset.FromRecord))]
    public static CommittedOffset Offsets_are_as_old_as_the_world(OffsetCommitValue value, long writtenAt)
    {
        using var _ = Planted.Asleep();
        return CommittedOffset.FromRecord(value, writtenAt) with { CommittedAt = 0 };
    }

    [Mutant(typeof(OffsetTable), nameof(OffsetTable.Remove))]
    public static void A_deletion_spares_what_transactions_hold(OffsetTable offsets, string group, TopicPartition partition)
    {
        if (offsets.Pending.Any(group, partition))
            return;

        using var _ = Planted.Asleep();
        offsets.Remove(group, partition);
    }
}
