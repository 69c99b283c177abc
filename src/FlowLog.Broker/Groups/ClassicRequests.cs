using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups.Classic;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Broker.Groups.Migration;
using FlowLog.Broker.Groups.Streams;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups;

/// <summary>The requests of the classic protocol: finds the group, lets its rules decide, and records what became of it.</summary>
internal static class ClassicRequests
{
    public static Decision Join(GroupShard shard, in Joining joining, Moment now)
    {
        var turn = shard.Turn(now);
        var request = joining.Request;
        if (CheckJoin(shard, turn.Settings, request) is var error and not ErrorCode.None)
            return Answer(turn, joining.Ticket, ClassicAnswers.JoinRefused(request.MemberId, error));

        var found = shard.Find(request.GroupId);
        if (found is ConsumerGroup { IsEmpty: false } consumers)
        {
            GroupShard.Changed(turn.Decision, consumers, ClassicMembers.Join(consumers, joining, turn));
            return turn.Decision;
        }

        if (found is ConsumerGroup or StreamsGroup)
            GroupAdministration.AddTombstones(found, turn.Decision);

        var group = found as ClassicGroup ?? new ClassicGroup(request.GroupId) { StateSince = now.UnixMs };
        var next = ClassicJoin.Decide(group, joining, turn);

        // A group begins with the first that is heard of it, even if that was refused: whoever comes later is told what somebody of a known group is told.
        if (found is null && !turn.Decision.Writes)
            turn.Decision.Add(ClassicRecords.Metadata(group));

        GroupShard.Changed(turn.Decision, found ?? group, next);
        return turn.Decision;
    }

    public static Decision Sync(GroupShard shard, SyncGroupRequest request, Ticket<SyncGroupResponse> ticket, Moment now)
    {
        var turn = shard.Turn(now);
        if (shard.Find(request.GroupId) is ConsumerGroup consumers)
        {
            GroupShard.Changed(turn.Decision, consumers, ClassicMembers.Sync(consumers, request, ticket, turn));
            return turn.Decision;
        }

        if (shard.Find(request.GroupId) is not ClassicGroup group)
            return Answer(turn, ticket, ClassicAnswers.SyncRefused(ErrorCode.UnknownMemberId));

        GroupShard.Changed(turn.Decision, group, ClassicSync.Decide(group, request, ticket, turn));
        return turn.Decision;
    }

    public static Decision Heartbeat(GroupShard shard, HeartbeatRequest request, Ticket<HeartbeatResponse> ticket, Moment now)
    {
        var turn = shard.Turn(now);
        if (shard.Find(request.GroupId) is ConsumerGroup consumers)
        {
            GroupShard.Changed(turn.Decision, consumers, ClassicMembers.Heartbeat(consumers, request, turn, out var told), onlyLater: told == ErrorCode.None);
            return Answer(turn, ticket, new HeartbeatResponse { ErrorCode = told });
        }

        if (shard.Find(request.GroupId) is not ClassicGroup group)
            return Answer(turn, ticket, new HeartbeatResponse { ErrorCode = ErrorCode.UnknownMemberId });

        GroupShard.Changed(turn.Decision, group, ClassicHeartbeat.Decide(group, request, turn, out var answer), onlyLater: true);
        return Answer(turn, ticket, new HeartbeatResponse { ErrorCode = answer });
    }

    public static Decision Leave(GroupShard shard, LeaveGroupRequest request, Ticket<LeaveGroupResponse> ticket, Moment now)
    {
        var turn = shard.Turn(now);
        if (shard.Find(request.GroupId) is ConsumerGroup consumers)
            return ConsumerRequests.Leave(shard, consumers, request, ticket, now);

        var group = shard.Find(request.GroupId) as ClassicGroup;

        // An unknown group knows none of the members; saying so for each is what clients expect.
        var before = group ?? new ClassicGroup(request.GroupId);
        GroupShard.Changed(turn.Decision, before, ClassicLeave.Decide(before, request, turn, out var answer));
        return Answer(turn, ticket, answer);
    }

    private static ErrorCode CheckJoin(GroupShard shard, GroupSettings settings, JoinGroupRequest request)
    {
        if (request.SessionTimeoutMs < settings.MinSessionTimeoutMs || request.SessionTimeoutMs > settings.MaxSessionTimeoutMs)
            return ErrorCode.InvalidSessionTimeout;

        return shard.Find(request.GroupId) switch
        {
            null or ConsumerGroup { IsEmpty: true } or StreamsGroup { IsEmpty: true } when request.MemberId.Length > 0 => ErrorCode.UnknownMemberId,
            null or ClassicGroup or ConsumerGroup or StreamsGroup { IsEmpty: true } => ErrorCode.None,
            _ => ErrorCode.InconsistentGroupProtocol,
        };
    }

    private static Decision Answer<TResponse>(GroupTurn turn, Ticket<TResponse> ticket, TResponse response)
        where TResponse : class
    {
        turn.Decision.Answer(ticket, response);
        return turn.Decision;
    }
}
