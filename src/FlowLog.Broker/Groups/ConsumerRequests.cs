using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups.Classic;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Broker.Groups.Migration;
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
        if (request.ServerAssignor is { } assignor && !turn.Settings.Consumers.Assignors.Any(offered => offered.Name == assignor))
        {
            var offers = string.Join(", ", turn.Settings.Consumers.Assignors.Select(offered => offered.Name));
            turn.Decision.Answer(ticket, ConsumerAnswers.Refused(ErrorCode.UnsupportedAssignor, $"This broker does not offer the assignor '{assignor}'; it offers {offers}."));
            return turn.Decision;
        }

        var found = shard.Find(request.GroupId);
        if (GroupFor(found, beat, turn, out var what) is not { } group)
        {
            turn.Decision.Answer(ticket, ConsumerAnswers.Refused(ErrorCode.GroupIdNotFound, what));
            return turn.Decision;
        }

        IGroup next = request.MemberEpoch < ConsumerMember.Joins
            ? ConsumerLeave.Decide(group, request, turn, out var answer)
            : ConsumerHeartbeat.Decide(group, beat, turn, out answer);
        turn.Decision.Answer(ticket, answer);
        if (answer.ErrorCode != ErrorCode.None && found is not ConsumerGroup)
            return Refused(shard, ticket, answer, now);

        // Nothing but the sessions of its members goes on, and those only end later.
        var isOnlyKeptAlive = turn.Decision.Events.Count == 0 && ReferenceEquals(found, group) && next is ConsumerGroup { LookDeadline: var looks } && looks == group.LookDeadline;
        GroupShard.Changed(turn.Decision, found, next, onlyLater: isOnlyKeptAlive);
        return turn.Decision;
    }

    public static Decision Describe(GroupShard shard, string groupId, Ticket<ConsumerGroupDescribeResponse.DescribedGroup> ticket, Moment now)
    {
        var turn = shard.Turn(now);
        var found = shard.Find(groupId);
        turn.Decision.Answer(ticket, found is ConsumerGroup group
            ? ConsumerDescriptions.Of(group, turn.Settings.Consumers, turn.Image.Topics)
            : ConsumerDescriptions.Refused(groupId, ErrorCode.GroupIdNotFound, GroupProblems.NoneOf("consumer", groupId, found)));
        return turn.Decision;
    }

    /// <summary>A client of the classic protocol takes members of the consumer protocol out, as it may any others.</summary>
    public static Decision Leave(GroupShard shard, ConsumerGroup group, LeaveGroupRequest request, Ticket<LeaveGroupResponse> ticket, Moment now)
    {
        var turn = shard.Turn(now);
        var leaving = new Dictionary<string, ConsumerMember>(StringComparer.Ordinal);
        var answer = new LeaveGroupResponse();
        foreach (var leaver in request.Members)
        {
            var member = leaver.GroupInstanceId is { } instance ? group.OfInstance(instance) : group.Members.GetValueOrDefault(leaver.MemberId);
            var isKnown = member is not null && (leaver.MemberId.Length == 0 || leaver.MemberId == member.Id);
            if (isKnown)
                leaving[member!.Id] = member;

            answer.Members.Add(new LeaveGroupResponse.MemberResponse
            {
                MemberId = leaver.MemberId,
                GroupInstanceId = leaver.GroupInstanceId,
                ErrorCode = isKnown ? ErrorCode.None : member is null ? ErrorCode.UnknownMemberId : ErrorCode.FencedInstanceId,
            });
        }

        turn.Decision.Answer(ticket, answer);
        if (leaving.Count > 0)
            GroupShard.Changed(turn.Decision, group, ConsumerLeave.Remove(group, leaving.Values, turn));

        return turn.Decision;
    }

    /// <summary>Topics have come or gone: groups that read by pattern look anew with their next deadline, which is now.</summary>
    public static Decision TopicsChanged(GroupShard shard, Moment now)
    {
        var decision = new Decision();
        foreach (var group in shard.Groups.OfType<ConsumerGroup>().Where(ConsumerExpiry.HasPatterns))
            decision.Add(new GroupChanged(group with { LookDeadline = now.ElapsedMs }));

        return decision;
    }

    // A group that has no members may become one of the other protocol, and one that has some goes over to it with them.
    private static ConsumerGroup? GroupFor(IGroup? found, Beat beat, GroupTurn turn, out string why)
    {
        why = GroupProblems.NoneOf("consumer", beat.Request.GroupId, found);
        switch (found)
        {
            case ConsumerGroup group:
                return group;
            case null when beat.Joins:
                return new ConsumerGroup(beat.Request.GroupId);
            case ClassicGroup { IsEmpty: true } when beat.Joins:
                GroupAdministration.AddTombstones(found, turn.Decision);
                return new ConsumerGroup(beat.Request.GroupId);
            case ClassicGroup group when beat.Joins:
                return Upgrade.Decide(group, turn.Settings.Consumers.For(turn.Image.Configs, group.Id), turn, out why);
            default:
                return null;
        }
    }

    // Nothing came of it: no group is made or changed for somebody who was refused.
    private static Decision Refused(GroupShard shard, Ticket<ConsumerGroupHeartbeatResponse> ticket, ConsumerGroupHeartbeatResponse answer, Moment now)
    {
        var turn = shard.Turn(now);
        turn.Decision.Answer(ticket, answer);
        return turn.Decision;
    }
}
