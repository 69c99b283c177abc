using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Classic;

/// <summary>Heartbeat: a member is alive, and hears whether it has to join again.</summary>
internal static class ClassicHeartbeat
{
    public static ClassicGroup Decide(ClassicGroup group, HeartbeatRequest request, GroupTurn turn, out ErrorCode answer)
    {
        answer = group.CheckMember(request.MemberId, request.GroupInstanceId);
        if (answer == ErrorCode.None && request.GenerationId != group.Generation)
            answer = ErrorCode.IllegalGeneration;

        if (answer != ErrorCode.None)
            return group;

        answer = group.State == ClassicState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
        return KeepAlive(group, request.MemberId, turn);
    }

    /// <summary>The member was heard of: its session starts anew.</summary>
    public static ClassicGroup KeepAlive(ClassicGroup group, string memberId, GroupTurn turn) =>
        group.Members.Find(memberId) is { } member
            ? group with { Members = group.Members.WithTiming(member with { ExpiresAt = turn.In(member.SessionTimeoutMs) }) }
            : group;
}
