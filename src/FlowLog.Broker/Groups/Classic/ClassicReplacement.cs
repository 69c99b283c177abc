using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Groups.Classic;

/// <summary>
/// A static member that comes back (KIP-345): it gets a new member id, the old one is fenced, and as long as its absence was short and the
/// choice of protocol stands, nobody else notices.
/// </summary>
internal static class ClassicReplacement
{
    /// <summary>From this version of JoinGroup on a leader can be told not to assign (KIP-814).</summary>
    private const short CanSkipAssignment = 9;

    public static ClassicGroup Decide(ClassicGroup group, string formerId, string memberId, in Joining joining, GroupTurn turn)
    {
        var formerLeader = group.LeaderId;
        group = Replace(group, formerId, memberId, joining, turn);

        if (group.State == ClassicState.Stable)
        {
            var choice = ClassicProtocols.Choose(group);
            if (choice is null)
                return Fail(group, memberId, joining, turn);

            if (choice == group.Protocol)
                return Settle(group, memberId, formerLeader ?? "", joining, turn);
        }

        // While the leader assigns, it assigns to the id that is gone: only a new generation gives the new id its share.
        return ClassicRebalance.PrepareOrComplete(group, turn);
    }

    private static ClassicGroup Replace(ClassicGroup group, string formerId, string memberId, in Joining joining, GroupTurn turn)
    {
        var former = group.Members.Find(formerId)!;
        if (former.AwaitingJoin is { } join)
            turn.Decision.Answer(join, ClassicAnswers.JoinRefused(formerId, ErrorCode.FencedInstanceId));

        if (former.AwaitingSync is { } sync)
            turn.Decision.Answer(sync, ClassicAnswers.SyncRefused(ErrorCode.FencedInstanceId));

        var member = joining.Update(former with { AwaitingJoin = null }, turn) with
        {
            Id = memberId,
            AwaitingSync = null,
            ExpiresAt = turn.In(joining.Request.SessionTimeoutMs),
        };
        return group with
        {
            Members = group.Members.Without(formerId).With(member),
            LeaderId = group.IsLeader(formerId) ? memberId : group.LeaderId,
            PendingSync = group.PendingSync.Remove(formerId),
        };
    }

    // It lists all that it knows twice, so that nobody agrees on any of it. As in Kafka it is the member now, and has to find out.
    private static ClassicGroup Fail(ClassicGroup group, string memberId, in Joining joining, GroupTurn turn)
    {
        turn.Decision.Answer(joining.Ticket, ClassicAnswers.JoinRefused("", ErrorCode.UnknownServerError));
        return group with { Members = group.Members.WithTiming(group.Members.Find(memberId)! with { AwaitingJoin = null }) };
    }

    /// <summary>
    /// Answers with the generation that runs. A leader that is told it leads would assign, and nobody waits for that: one that understands
    /// is told to skip, an older one is told the id that led before, so that it takes itself for a follower.
    /// </summary>
    private static ClassicGroup Settle(ClassicGroup group, string memberId, string formerLeader, in Joining joining, GroupTurn turn)
    {
        group = group with { Members = group.Members.WithTiming(group.Members.Find(memberId)! with { AwaitingJoin = null }) };
        group = group with { Topics = ClassicSubscriptions.Of(group) };
        turn.Decision.Add(ClassicRecords.Metadata(group));

        var leads = group.IsLeader(memberId);
        var skips = joining.Caller.ApiVersion >= CanSkipAssignment;
        var answer = ClassicAnswers.Joined(group, memberId, skips ? group.LeaderId ?? "" : formerLeader, skips && leads);
        answer.SkipAssignment = skips && leads;
        turn.Decision.Answer(joining.Ticket, answer);
        return group;
    }
}
