using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Groups.Classic;

/// <summary>
/// The phases of a rebalance: gathering the members (<see cref="ClassicState.PreparingRebalance"/>), the new generation
/// (<see cref="ClassicState.CompletingRebalance"/>), and back to <see cref="ClassicState.Empty"/> if nobody came. Every function takes
/// a group and gives the group that follows; whom that answers is added to the turn's decision.
/// </summary>
internal static class ClassicRebalance
{
    private const int LeastPauseMs = 100;

    /// <summary>Membership changed: starts gathering, or sees whether the gathering under way is complete now.</summary>
    public static ClassicGroup PrepareOrComplete(ClassicGroup group, GroupTurn turn) =>
        group.State == ClassicState.PreparingRebalance ? CompleteIfGathered(group, turn) : Prepare(group, turn);

    /// <summary>Starts gathering members for a new generation.</summary>
    public static ClassicGroup Prepare(ClassicGroup group, GroupTurn turn)
    {
        if (group.State == ClassicState.CompletingRebalance)
            group = AnswerSyncs(group, ErrorCode.RebalanceInProgress, turn);

        var first = group.State == ClassicState.Empty;
        group = group.Enter(ClassicState.PreparingRebalance, turn.Now) with { SyncDeadline = Moment.Never, PendingSync = group.PendingSync.Clear() };
        if (!first)
        {
            // Where nobody is left nobody is waited for, not even those who have only been given an id.
            var gathering = group with { Gathering = new Gathering(turn.In(group.RebalanceTimeoutMs), null) };
            return group.Members.Count == 0 ? Complete(gathering, turn) : CompleteIfGathered(gathering, turn);
        }

        var delay = turn.Settings.InitialRebalanceDelayMs;
        var remaining = Math.Max(group.RebalanceTimeoutMs - delay, 0);
        group = group with { Gathering = new Gathering(turn.In(delay), new InitialDelay(delay, remaining, Extend: false)) };
        return delay == 0 ? Complete(group, turn) : group;
    }

    /// <summary>Ends the gathering if there is nobody left to wait for. The initial delay waits for those who are not known yet.</summary>
    public static ClassicGroup CompleteIfGathered(ClassicGroup group, GroupTurn turn) =>
        group is { State: ClassicState.PreparingRebalance, Gathering.Initial: null, EveryoneHasJoined: true } ? Complete(group, turn) : group;

    /// <summary>The time for gathering is up.</summary>
    public static ClassicGroup GatheringEnds(ClassicGroup group, GroupTurn turn)
    {
        if (group.Gathering?.Initial is not { Extend: true, RemainingMs: > 0 } initial)
            return Complete(group, turn);

        var delay = Math.Min(turn.Settings.InitialRebalanceDelayMs, initial.RemainingMs);
        var remaining = Math.Max(initial.RemainingMs - initial.DelayMs, 0);
        return group with { Gathering = new Gathering(turn.In(delay), new InitialDelay(delay, remaining, Extend: false)) };
    }

    /// <summary>Members that have their join answer but never asked for an assignment hold up nobody: they are taken out.</summary>
    public static ClassicGroup SyncEnds(ClassicGroup group, GroupTurn turn)
    {
        if (group.PendingSync.IsEmpty)
            return group with { SyncDeadline = Moment.Never };

        foreach (var memberId in group.PendingSync)
            group = Remove(group, memberId, turn);

        return Prepare(group, turn);
    }

    /// <summary>Takes a member out, answering whatever it waits for. Does not yet ask what that means for the others.</summary>
    public static ClassicGroup Remove(ClassicGroup group, string memberId, GroupTurn turn)
    {
        if (group.Members.Find(memberId) is not { } member)
            return group;

        if (member.AwaitingJoin is { } join)
            turn.Decision.Answer(join, ClassicAnswers.JoinRefused("", ErrorCode.UnknownMemberId));

        if (member.AwaitingSync is { } sync)
            turn.Decision.Answer(sync, ClassicAnswers.SyncRefused(ErrorCode.UnknownMemberId));

        var members = group.Members.Without(memberId);
        return group with
        {
            Members = members,
            PendingSync = group.PendingSync.Remove(memberId),
            LeaderId = group.IsLeader(memberId) ? members.InOrderOfJoining.FirstOrDefault()?.Id : group.LeaderId,
        };
    }

    /// <summary>Answers everyone who waits for an assignment with an error, and forgets the assignments of this unfinished generation.</summary>
    public static ClassicGroup AnswerSyncs(ClassicGroup group, ErrorCode error, GroupTurn turn)
    {
        foreach (var member in group.Members.All)
        {
            var next = member with { Assignment = default, AwaitingSync = null };
            if (member.AwaitingSync is { } sync)
            {
                turn.Decision.Answer(sync, ClassicAnswers.SyncRefused(error));
                next = next with { ExpiresAt = turn.In(member.SessionTimeoutMs) };
            }

            group = group with { Members = group.Members.WithTiming(next) };
        }

        return group;
    }

    private static ClassicGroup Complete(ClassicGroup group, GroupTurn turn)
    {
        foreach (var absent in group.Members.All.Where(member => member.AwaitingJoin is null && !member.IsStatic).ToArray())
            group = Remove(group, absent.Id, turn);

        if (group.Members.Count == 0)
            return CompleteEmpty(group, turn);

        // Static members may be away for as long as their session lasts. If nobody else came there is no one to lead: wait on.
        return ChooseLeader(group) is { } leader
            ? NextGeneration(group with { LeaderId = leader }, turn)
            : WaitOn(group, turn);
    }

    private static ClassicGroup CompleteEmpty(ClassicGroup group, GroupTurn turn)
    {
        group = group.Enter(ClassicState.Empty, turn.Now) with
        {
            Generation = group.Generation + 1,
            Protocol = null,
            LeaderId = null,
            Gathering = null,
        };
        group = group with { Topics = ClassicSubscriptions.Of(group) };
        turn.Decision.Add(ClassicRecords.Metadata(group));
        return group;
    }

    private static ClassicGroup NextGeneration(ClassicGroup group, GroupTurn turn)
    {
        group = group with { Generation = group.Generation + 1, Protocol = ClassicProtocols.Choose(group) };
        if (group.Protocol is null || (group.IsConsumers && group.Members.All.Any(member => ClassicSubscriptions.IsNonsense(member.MetadataFor(group.Protocol)))))
            return Fail(group, turn);

        group = group.Enter(ClassicState.CompletingRebalance, turn.Now) with
        {
            Gathering = null,
            SyncDeadline = turn.In(group.RebalanceTimeoutMs),
            PendingSync = group.PendingSync.Union(group.Members.All.Select(member => member.Id)),
        };
        group = group with { Topics = ClassicSubscriptions.Of(group) };

        foreach (var member in group.Members.All)
        {
            if (member.AwaitingJoin is { } join)
                turn.Decision.Answer(join, ClassicAnswers.Joined(group, member));

            var joined = member with { AwaitingJoin = null, IsNew = false, ExpiresAt = turn.In(member.SessionTimeoutMs) };
            group = group with { Members = group.Members.WithTiming(joined) };
        }

        return group;
    }

    // There is no generation with what the members say. Kafka fails too, and leaves whoever waits for a timer without an answer.
    private static ClassicGroup Fail(ClassicGroup group, GroupTurn turn)
    {
        foreach (var member in group.Members.All.Where(member => member.AwaitingJoin is not null))
        {
            turn.Decision.Answer(member.AwaitingJoin!, ClassicAnswers.JoinRefused("", ErrorCode.UnknownServerError));
            group = group with { Members = group.Members.WithTiming(member with { AwaitingJoin = null, ExpiresAt = turn.In(member.SessionTimeoutMs) }) };
        }

        return WaitOn(group, turn);
    }

    // Another gathering behind one that came to nothing. Members may ask for no time at all, and that over and over again would keep a processor busy.
    private static ClassicGroup WaitOn(ClassicGroup group, GroupTurn turn) =>
        group with { Gathering = new Gathering(turn.In(Math.Max(group.RebalanceTimeoutMs, LeastPauseMs)), null) };

    // The leader stays if it came again. Otherwise the first of those that came: never one that is away, nobody would assign.
    private static string? ChooseLeader(ClassicGroup group) =>
        group.LeaderId is { } held && group.Members.Find(held)?.AwaitingJoin is not null
            ? held
            : group.Members.InOrderOfJoining.FirstOrDefault(member => member.AwaitingJoin is not null)?.Id;
}
