using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Consumers;

/// <summary>Members that go, by their own wish or not.</summary>
internal static class ConsumerLeave
{
    public static ConsumerGroup Decide(ConsumerGroup group, ConsumerGroupHeartbeatRequest request, GroupTurn turn, out ConsumerGroupHeartbeatResponse answer)
    {
        var member = request.InstanceId is { } instance ? group.OfInstance(instance) : group.Members.GetValueOrDefault(request.MemberId);
        if (member is null || (request.InstanceId is not null && member.Id != request.MemberId))
        {
            answer = ConsumerAnswers.Refused(member is null ? ErrorCode.UnknownMemberId : ErrorCode.FencedInstanceId);
            return group;
        }

        answer = ConsumerAnswers.Gone(member.Id, request.MemberEpoch);
        return request.MemberEpoch == ConsumerMember.LeavesForAWhile ? LeaveForAWhile(group, member, turn) : Remove(group, member, turn);
    }

    /// <summary>Takes a member out: the others share what it had.</summary>
    public static ConsumerGroup Remove(ConsumerGroup group, ConsumerMember member, GroupTurn turn)
    {
        ConsumerRecords.AddMemberTombstones(group.Id, member.Id, turn.Decision);
        group = Subscriptions.ForgetPatterns(group.Without(member.Id), turn);
        var refreshed = Subscriptions.Refresh(group, resolve: false, turn);
        group = refreshed.Epoch > group.Epoch ? refreshed : Subscriptions.Bump(group, turn);
        return Targeting.Update(group, turn.Settings.Consumers.For(turn.Image.Configs, group.Id), turn);
    }

    // Its session goes on: whoever is back in time finds everything as it was.
    private static ConsumerGroup LeaveForAWhile(ConsumerGroup group, ConsumerMember member, GroupTurn turn)
    {
        var left = member with
        {
            Epoch = ConsumerMember.LeavesForAWhile,
            State = MemberState.Stable,
            Revoking = TopicIdPartition.None,
            RevocationDeadline = Moment.Never,
        };
        turn.Decision.Add(ConsumerRecords.Current(group.Id, left));
        return group.With(left);
    }
}
