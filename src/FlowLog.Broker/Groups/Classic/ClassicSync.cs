using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Classic;

/// <summary>
/// SyncGroup: members ask for their assignment, the leader brings all of them. Nobody is answered before the assignment is written:
/// a coordinator that takes over must know who owns what.
/// </summary>
internal static class ClassicSync
{
    public static ClassicGroup Decide(ClassicGroup group, SyncGroupRequest request, Ticket<SyncGroupResponse> ticket, GroupTurn turn)
    {
        if (Check(group, request) is var error and not ErrorCode.None)
        {
            turn.Decision.Answer(ticket, ClassicAnswers.SyncRefused(error));
            return group;
        }

        var member = group.Members.Find(request.MemberId)!;
        group = HasSynced(group, member.Id);
        if (group.State == ClassicState.CompletingRebalance)
            return Await(group, member, request, ticket, turn);

        turn.Decision.Answer(ticket, ClassicAnswers.Assigned(group, member.Assignment));
        return group with { Members = group.Members.WithTiming(member with { ExpiresAt = turn.In(member.SessionTimeoutMs) }) };
    }

    private static ClassicGroup Await(ClassicGroup group, ClassicMember member, SyncGroupRequest request, Ticket<SyncGroupResponse> ticket, GroupTurn turn)
    {
        if (member.AwaitingSync is { } former)
            turn.Decision.Answer(former, ClassicAnswers.SyncRefused(ErrorCode.RebalanceInProgress));

        group = group with { Members = group.Members.WithTiming(member with { AwaitingSync = ticket }) };
        return group.IsLeader(member.Id) ? Assign(group, request, turn) : group;
    }

    private static ClassicGroup Assign(ClassicGroup group, SyncGroupRequest request, GroupTurn turn)
    {
        var assigned = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var assignment in request.Assignments)
            assigned[assignment.MemberId] = assignment.Assignment.ToArray();

        foreach (var member in group.Members.All)
        {
            var share = assigned.GetValueOrDefault(member.Id);
            var next = member with { Assignment = share, Held = default(ReadOnlyMemory<byte>?), AwaitingSync = null };
            if (member.AwaitingSync is { } waiting)
            {
                turn.Decision.Answer(waiting, ClassicAnswers.Assigned(group, share));
                next = next with { ExpiresAt = turn.In(member.SessionTimeoutMs) };
            }

            group = group with { Members = group.Members.WithTiming(next) };
        }

        group = group.Enter(ClassicState.Stable, turn.Now);
        turn.Decision.Add(ClassicRecords.Metadata(group));
        return group;
    }

    private static ClassicGroup HasSynced(ClassicGroup group, string memberId)
    {
        var pending = group.PendingSync.Remove(memberId);
        return group with { PendingSync = pending, SyncDeadline = pending.IsEmpty ? Moment.Never : group.SyncDeadline };
    }

    private static ErrorCode Check(ClassicGroup group, SyncGroupRequest request)
    {
        if (group.CheckMember(request.MemberId, request.GroupInstanceId) is var error and not ErrorCode.None)
            return error;

        if (request.GenerationId != group.Generation)
            return ErrorCode.IllegalGeneration;

        if ((request.ProtocolType is { } type && type != group.ProtocolType) || (request.ProtocolName is { } name && name != group.Protocol))
            return ErrorCode.InconsistentGroupProtocol;

        return group.State == ClassicState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }
}
