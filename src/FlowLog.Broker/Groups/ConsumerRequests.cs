using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups.Classic;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups;

/// <summary>The requests of the consumer protocol: finds the group, lets its rules decide, and records what became of it.</summary>
internal static class ConsumerRequests
{
    public static Decision Heartbeat(GroupShard shard, Beat beat, Ticket<ConsumerGroupHeartbeatResponse> ticket, Moment now)
    {
        var turn = shard.Turn(now);
        var request = beat.Request;
        var found = shard.Find(request.GroupId);
        if (GroupFor(found, beat) is not { } group)
        {
            var what = found is null ? $"There is no group {request.GroupId}." : $"Group {request.GroupId} is no consumer group.";
            turn.Decision.Answer(ticket, ConsumerAnswers.Refused(ErrorCode.GroupIdNotFound, what));
            return turn.Decision;
        }

        if (found is ClassicGroup)
            GroupAdministration.AddTombstones(found, turn.Decision);

        var next = request.MemberEpoch < ConsumerMember.Joins
            ? ConsumerLeave.Decide(group, request, turn, out var answer)
            : ConsumerHeartbeat.Decide(group, beat, turn, out answer);
        turn.Decision.Answer(ticket, answer);
        if (answer.ErrorCode != ErrorCode.None && found is not ConsumerGroup)
            return Refused(shard, ticket, answer, now);

        GroupShard.Changed(turn.Decision, found, next, onlyLater: turn.Decision.Events.Count == 0 && ReferenceEquals(found, group) && next.TargetDeadline == group.TargetDeadline);
        return turn.Decision;
    }

    public static Decision Describe(GroupShard shard, string groupId, Ticket<ConsumerGroupDescribeResponse.DescribedGroup> ticket, Moment now)
    {
        var turn = shard.Turn(now);
        turn.Decision.Answer(ticket, shard.Find(groupId) is ConsumerGroup group
            ? ConsumerDescriptions.Of(group, turn.Image.Topics)
            : ConsumerDescriptions.Refused(groupId, ErrorCode.GroupIdNotFound, $"Group {groupId} is no consumer group."));
        return turn.Decision;
    }

    /// <summary>A client of the classic protocol takes members of the consumer protocol out, as it may any others.</summary>
    public static Decision Leave(GroupShard shard, ConsumerGroup group, LeaveGroupRequest request, Ticket<LeaveGroupResponse> ticket, Moment now)
    {
        var turn = shard.Turn(now);
        var next = group;
        var answer = new LeaveGroupResponse();
        foreach (var leaver in request.Members)
        {
            var member = leaver.GroupInstanceId is { } instance ? next.OfInstance(instance) : next.Members.GetValueOrDefault(leaver.MemberId);
            var isKnown = member is not null && (leaver.MemberId.Length == 0 || leaver.MemberId == member.Id);
            if (isKnown)
                next = ConsumerLeave.Remove(next, member!, turn);

            answer.Members.Add(new LeaveGroupResponse.MemberResponse
            {
                MemberId = leaver.MemberId,
                GroupInstanceId = leaver.GroupInstanceId,
                ErrorCode = isKnown ? ErrorCode.None : member is null ? ErrorCode.UnknownMemberId : ErrorCode.FencedInstanceId,
            });
        }

        turn.Decision.Answer(ticket, answer);
        GroupShard.Changed(turn.Decision, group, next);
        return turn.Decision;
    }

    /// <summary>Topics have come, gone or grown: groups that are concerned look anew with their next deadline, which is now.</summary>
    public static Decision TopicsChanged(GroupShard shard, IReadOnlySet<string> topics, Moment now)
    {
        var decision = new Decision();
        foreach (var group in shard.Groups.OfType<ConsumerGroup>().Where(group => ConsumerExpiry.IsConcerned(group, topics)))
            decision.Add(new GroupChanged(group with { TargetDeadline = now.ElapsedMs }));

        return decision;
    }

    // A group that has no members may become one of the other protocol.
    private static ConsumerGroup? GroupFor(IGroup? found, Beat beat) => found switch
    {
        ConsumerGroup group => group,
        null when beat.Joins => new ConsumerGroup(beat.Request.GroupId),
        ClassicGroup { IsEmpty: true, Pending.IsEmpty: true } when beat.Joins => new ConsumerGroup(beat.Request.GroupId),
        _ => null,
    };

    // Nothing came of it: no group is made or changed for somebody who was refused.
    private static Decision Refused(GroupShard shard, Ticket<ConsumerGroupHeartbeatResponse> ticket, ConsumerGroupHeartbeatResponse answer, Moment now)
    {
        var turn = shard.Turn(now);
        turn.Decision.Answer(ticket, answer);
        return turn.Decision;
    }
}
