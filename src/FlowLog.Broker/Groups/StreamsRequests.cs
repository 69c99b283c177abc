using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups.Classic;
using FlowLog.Broker.Groups.Streams;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups;

/// <summary>The requests of the streams protocol: finds the group, lets its rules decide, and records what became of it.</summary>
internal static class StreamsRequests
{
    public static Decision Heartbeat(GroupShard shard, StreamsBeat beat, Ticket<StreamsAnswer> ticket, Moment now)
    {
        var turn = shard.Turn(now);
        var request = beat.Request;
        var found = shard.Find(request.GroupId);
        if (GroupFor(found, beat) is not { } group)
        {
            turn.Decision.Answer(ticket, StreamsAnswers.Refused(ErrorCode.GroupIdNotFound, GroupProblems.NoneOf("streams", request.GroupId, found)));
            return turn.Decision;
        }

        if (found is ClassicGroup)
            GroupAdministration.AddTombstones(found, turn.Decision);

        var next = request.MemberEpoch < StreamsMember.Joins
            ? StreamsLeave.Decide(group, request, turn, out var answer)
            : StreamsHeartbeat.Decide(group, beat, turn, out answer);
        if (answer.Response.ErrorCode != ErrorCode.None)
            return Refused(shard, ticket, answer, now, ReferenceEquals(found, group) && !ReferenceEquals(next, group) ? next : null);

        if (found is not StreamsGroup)
            next = Begun(next, answer);

        turn.Decision.Answer(ticket, answer);

        // Nothing but the sessions of its members goes on, and those only end later.
        var isOnlyKeptAlive = !turn.Decision.Writes && ReferenceEquals(found, group) && next.FirstTargetDeadline == group.FirstTargetDeadline;
        GroupShard.Changed(turn.Decision, found, next, onlyLater: isOnlyKeptAlive);
        return turn.Decision;
    }

    public static Decision Describe(GroupShard shard, string groupId, Ticket<StreamsGroupDescribeResponse.DescribedGroup> ticket)
    {
        var decision = new Decision();
        var found = shard.Find(groupId);
        decision.Answer(ticket, found is StreamsGroup group
            ? StreamsDescriptions.Of(group)
            : StreamsDescriptions.Refused(groupId, ErrorCode.GroupIdNotFound, GroupProblems.NoneOf("streams", groupId, found)));
        return decision;
    }

    /// <summary>Topics have come, gone or grown: groups that are concerned look anew with the next heartbeat of a member.</summary>
    public static Decision TopicsChanged(GroupShard shard, IReadOnlySet<string> topics, Decision decision)
    {
        foreach (var group in shard.Groups.OfType<StreamsGroup>().Where(group => !group.IsStale && StreamsTopics.IsConcerned(group, topics)))
            decision.Add(new GroupChanged(group with { IsStale = true }, OnlyLater: true));

        return decision;
    }

    // A group that has no members may become one of this protocol.
    private static StreamsGroup? GroupFor(IGroup? found, StreamsBeat beat) => found switch
    {
        StreamsGroup group => group,
        null when beat.Joins => new StreamsGroup(beat.Request.GroupId),
        ClassicGroup { IsEmpty: true, Pending.IsEmpty: true } when beat.Joins => new StreamsGroup(beat.Request.GroupId),
        _ => null,
    };

    // As in Kafka a group begins with what is written of it: what its first heartbeat found out beside that is found out again with the next.
    private static StreamsGroup Begun(StreamsGroup group, StreamsAnswer answer)
    {
        answer.Response.EndpointInformationEpoch = 0;
        return group with { Configured = null, IsStale = true, EndpointEpoch = 0, ShutdownBy = null };
    }

    // Nothing is written, and no group made, for somebody who was refused.
    private static Decision Refused(GroupShard shard, Ticket<StreamsAnswer> ticket, StreamsAnswer answer, Moment now, StreamsGroup? known)
    {
        var turn = shard.Turn(now);
        turn.Decision.Answer(ticket, answer);
        if (known is not null)
            turn.Decision.Add(new GroupChanged(known, OnlyLater: true));
        return turn.Decision;
    }
}
