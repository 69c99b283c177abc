using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups.Migration;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Consumers;

/// <summary>Members that go, by their own wish or not.</summary>
internal static class ConsumerLeave
{
    public static IGroup Decide(ConsumerGroup group, ConsumerGroupHeartbeatRequest request, GroupTurn turn, out ConsumerGroupHeartbeatResponse answer)
    {
        var member = request.InstanceId is { } instance ? group.OfInstance(instance) : group.Members.GetValueOrDefault(request.MemberId);
        if (member is null || (request.InstanceId is not null && member.Id != request.MemberId))
        {
            answer = ConsumerAnswers.Refused(member is null ? ErrorCode.UnknownMemberId : ErrorCode.FencedInstanceId);
            return group;
        }

        answer = ConsumerAnswers.Gone(member.Id, request.MemberEpoch);
        return request.MemberEpoch == ConsumerMember.LeavesForAWhile ? LeaveForAWhile(group, member, turn) : Remove(group, [member], turn);
    }

    /// <summary>Takes members out: the others share what they had. If those all speak the classic protocol, the group may become a classic one.</summary>
    public static IGroup Remove(ConsumerGroup group, IReadOnlyCollection<ConsumerMember> leaving, GroupTurn turn)
    {
        if (Downgrade.Follows(group, leaving, turn))
            return Downgrade.Decide(group, leaving, turn);

        foreach (var member in leaving)
        {
            ConsumerRecords.AddMemberTombstones(group.Id, member.Id, turn.Decision);
            group = group.Without(member.Id);
        }

        group = Subscriptions.ForgetPatterns(group, turn);
        var refreshed = Subscriptions.Refresh(group, resolve: false, turn);
        return refreshed.Epoch > group.Epoch ? refreshed : Subscriptions.Bump(group, turn);
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
