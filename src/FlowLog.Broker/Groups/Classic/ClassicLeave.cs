using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Classic;

/// <summary>LeaveGroup: members go, or an administrator takes them out; each is answered for itself.</summary>
internal static class ClassicLeave
{
    public static ClassicGroup Decide(ClassicGroup group, LeaveGroupRequest request, GroupTurn turn, out LeaveGroupResponse answer)
    {
        answer = new LeaveGroupResponse();
        foreach (var identity in request.Members)
        {
            var error = Leave(ref group, identity, turn);
            answer.Members.Add(new LeaveGroupResponse.MemberResponse
            {
                MemberId = identity.MemberId,
                GroupInstanceId = identity.GroupInstanceId,
                ErrorCode = error,
            });
        }

        // As in Kafka it makes no difference that one who leaves has only been given an id yet.
        return group.State != ClassicState.Empty && answer.Members.Exists(left => left.ErrorCode == ErrorCode.None)
            ? ClassicRebalance.PrepareOrComplete(group, turn)
            : group;
    }

    private static ErrorCode Leave(ref ClassicGroup group, LeaveGroupRequest.MemberIdentity identity, GroupTurn turn)
    {
        var memberId = identity.MemberId;
        if (memberId.Length == 0)
        {
            // Administrators know instances, not the ids that their members happen to have.
            if (identity.GroupInstanceId is null || group.Members.IdOfInstance(identity.GroupInstanceId) is not { } current)
                return ErrorCode.UnknownMemberId;

            memberId = current;
        }
        else if (group.Pending.ContainsKey(memberId))
        {
            group = group with { Pending = group.Pending.Remove(memberId) };
            return ErrorCode.None;
        }
        else if (group.CheckMember(memberId, identity.GroupInstanceId) is var error and not ErrorCode.None)
        {
            return error;
        }

        group = ClassicRebalance.Remove(group, memberId, turn);
        return ErrorCode.None;
    }
}
