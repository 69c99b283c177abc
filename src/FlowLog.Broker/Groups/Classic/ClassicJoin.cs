using System.Collections.Immutable;
using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Classic;

/// <summary>JoinGroup: who may come in, and whether that calls everyone else to join again.</summary>
internal static class ClassicJoin
{
    /// <summary>From this version on a member without id is first given one, so that a join that is repeated does not leave ghosts behind.</summary>
    private const short RequiresMemberId = 4;

    public static ClassicGroup Decide(ClassicGroup group, in Joining joining, GroupTurn turn)
    {
        var memberId = joining.Request.MemberId;
        if (!HasRoom(group, memberId, turn.Settings.MaxSize))
        {
            group = ClassicRebalance.Remove(group, memberId, turn);
            return Refuse(group with { Pending = group.Pending.Remove(memberId) }, joining, "", ErrorCode.GroupMaxSizeReached, turn);
        }

        if (!group.Accepts(joining.Request.ProtocolType, joining.Protocols))
            return Refuse(group, joining, memberId, ErrorCode.InconsistentGroupProtocol, turn);

        return memberId.Length == 0 ? DecideNew(group, joining, turn) : DecideKnown(group, joining, turn);
    }

    private static ClassicGroup DecideNew(ClassicGroup group, in Joining joining, GroupTurn turn)
    {
        var memberId = joining.FreshMemberId;
        if (joining.Request.GroupInstanceId is { } instance && group.Members.IdOfInstance(instance) is { } formerId)
            return ClassicReplacement.Decide(group, formerId, memberId, joining, turn);

        if (joining.Request.GroupInstanceId is not null || joining.Caller.ApiVersion < RequiresMemberId)
            return Add(group, memberId, joining, turn);

        group = group with { Pending = group.Pending.SetItem(memberId, turn.In(joining.Request.SessionTimeoutMs)) };
        return Refuse(group, joining, memberId, ErrorCode.MemberIdRequired, turn);
    }

    private static ClassicGroup DecideKnown(ClassicGroup group, in Joining joining, GroupTurn turn)
    {
        var request = joining.Request;
        if (group.Pending.ContainsKey(request.MemberId))
        {
            // Ids are given out to dynamic members. That a static one has got hold of one is more than Kafka expects, and it fails.
            return request.GroupInstanceId is null ? Add(group, request.MemberId, joining, turn) : Refuse(group, joining, "", ErrorCode.UnknownServerError, turn);
        }

        if (group.CheckMember(request.MemberId, request.GroupInstanceId) is var error and not ErrorCode.None)
            return Refuse(group, joining, request.MemberId, error, turn);

        var member = group.Members.Find(request.MemberId)!;
        if (CallsForRebalance(group, member, joining.Protocols))
            return ClassicRebalance.PrepareOrComplete(group.With(joining.Update(member, turn)), turn);

        // It says what it said before: most likely it never got the answer. Nobody else need hear of it.
        turn.Decision.Answer(joining.Ticket, ClassicAnswers.Joined(group, member));
        return group;
    }

    private static ClassicGroup Add(ClassicGroup group, string memberId, in Joining joining, GroupTurn turn)
    {
        var member = joining.Create(memberId, group.NextOrdinal, turn);
        group = group with
        {
            ProtocolType = group.Members.Count == 0 ? joining.Request.ProtocolType : group.ProtocolType,
            LeaderId = group.LeaderId ?? memberId,
            Members = group.Members.With(member),
            Pending = group.Pending.Remove(memberId),
            NextOrdinal = group.NextOrdinal + 1,
        };
        if (group.Gathering is { Initial: { } initial } gathering)
            group = group with { Gathering = gathering with { Initial = initial with { Extend = true } } };

        return ClassicRebalance.PrepareOrComplete(group, turn);
    }

    // While members gather, only those who are there count: the others may never come back.
    private static bool HasRoom(ClassicGroup group, string memberId, int maxSize) => group.State switch
    {
        ClassicState.Empty => true,
        ClassicState.PreparingRebalance => group.Members.AwaitingJoin < maxSize || group.Members.Find(memberId)?.AwaitingJoin is not null,
        _ => group.Members.Count < maxSize || group.Members.Contains(memberId),
    };

    // A leader that joins again wants to assign anew: topics have changed. Anyone who says something new does so for a reason.
    private static bool CallsForRebalance(ClassicGroup group, ClassicMember member, ImmutableArray<MemberProtocol> protocols) => group.State switch
    {
        ClassicState.PreparingRebalance => true,
        ClassicState.CompletingRebalance => !member.Speaks(protocols),
        _ => group.IsLeader(member.Id) || !member.Speaks(protocols),
    };

    private static ClassicGroup Refuse(ClassicGroup group, in Joining joining, string memberId, ErrorCode error, GroupTurn turn)
    {
        turn.Decision.Answer(joining.Ticket, ClassicAnswers.JoinRefused(memberId, error));
        return group;
    }
}
