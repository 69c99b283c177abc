using System.Collections.Immutable;
using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Answer = FlowLog.Protocol.Messages.ConsumerGroupHeartbeatResponse;

namespace FlowLog.Broker.Groups.Consumers;

/// <summary>A heartbeat with what it needs to be decided.</summary>
/// <param name="Request">The request.</param>
/// <param name="Caller">Who sent it.</param>
/// <param name="Owned">What the member says to have; null if it does not say.</param>
internal sealed record Beat(ConsumerGroupHeartbeatRequest Request, GroupCaller Caller, ImmutableSortedSet<TopicIdPartition>? Owned)
{
    public bool Joins => Request.MemberEpoch == ConsumerMember.Joins;

    /// <summary>Everything is said: such a member is also told everything.</summary>
    public bool IsFull =>
        Joins || (Request.RebalanceTimeoutMs != -1 && (Request.SubscribedTopicNames is not null || Request.SubscribedTopicRegex is not null) && Owned is not null);
}

/// <summary>ConsumerGroupHeartbeat of a member that joins or stays: what it wants, what that makes of the group, and the next step of the member.</summary>
internal static class ConsumerHeartbeat
{
    /// <summary>The group afterwards; the same, and an answer with an error, if the member is refused.</summary>
    public static ConsumerGroup Decide(ConsumerGroup group, Beat beat, GroupTurn turn, out Answer answer)
    {
        var settings = turn.Settings.Consumers.For(turn.Image.Configs, group.Id);
        var (member, error, why) = Find(group, beat, settings);
        if (member is not null && !IsPattern(group, member, beat.Request.SubscribedTopicRegex))
            (member, error, why) = (null, ErrorCode.InvalidRegularExpression, $"'{beat.Request.SubscribedTopicRegex}' is no regular expression of RE2.");

        if (member is null)
        {
            answer = ConsumerAnswers.Refused(error, why);
            return group;
        }

        var before = member;
        if (member.Id != beat.Request.MemberId)
            (group, member) = Replace(group, member, beat.Request.MemberId, turn);

        var described = Describe(member, beat);
        group = Subscribe(group, member, described, settings, turn);
        var stepped = Step(group, described, beat, ReadsOther(member, described), settings, turn);
        answer = ConsumerAnswers.Standing(stepped, settings, beat.IsFull || !stepped.Assigned.SetEquals(before.Assigned));
        return group.With(stepped);
    }

    /// <summary>A static member that comes back has another id, and what it had and shall have is its again.</summary>
    public static (ConsumerGroup Group, ConsumerMember Member) Replace(ConsumerGroup group, ConsumerMember former, string memberId, GroupTurn turn)
    {
        var target = group.TargetOf(former.Id);
        var member = former with { Id = memberId, Epoch = ConsumerMember.Joins, PreviousEpoch = ConsumerMember.Joins };
        ConsumerRecords.AddMemberTombstones(group.Id, former.Id, turn.Decision);
        turn.Decision.Add(ConsumerRecords.Member(group.Id, member));
        turn.Decision.Add(ConsumerRecords.Target(group.Id, memberId, target));
        turn.Decision.Add(ConsumerRecords.Current(group.Id, member));
        group = group.Without(former.Id).With(member);
        return (group with { Target = group.Target.SetItem(memberId, target) }, member);
    }

    /// <summary>The group with a member as it describes itself now, and what that changes for everybody.</summary>
    public static ConsumerGroup Subscribe(ConsumerGroup group, ConsumerMember member, ConsumerMember described, ConsumerSettings settings, GroupTurn turn)
    {
        var isNew = !group.Members.ContainsKey(described.Id);
        if (isNew || !described.IsDescribedAs(member))
            turn.Decision.Add(ConsumerRecords.Member(group.Id, described));

        var epoch = group.Epoch;
        var topicsChanged = !member.Topics.SetEquals(described.Topics);
        group = Subscriptions.ForgetPatterns(group.With(described), turn);

        // A pattern that nobody has looked at yet gives the group its epoch when somebody has.
        var isResolved = !Subscriptions.HasUnresolved(group);
        if (isResolved || topicsChanged)
            group = Subscriptions.Refresh(group, resolve: false, turn);

        if (group.Epoch == epoch && (topicsChanged || (isResolved && member.Pattern != described.Pattern)))
            group = Subscriptions.Bump(group, turn);
        else if (group.Epoch == epoch && isNew && group.Members.Count == 1)
            turn.Decision.Add(ConsumerRecords.Epoch(group));

        group = Targeting.Update(group, described, settings, turn);

        // Matching a pattern with every topic takes its time: not while a member waits.
        return !isResolved ? group with { LookDeadline = turn.Now.ElapsedMs } : group;
    }

    /// <summary>The member describes itself as a reader of other topics than it was before.</summary>
    public static bool ReadsOther(ConsumerMember member, ConsumerMember described) =>
        member.Pattern != described.Pattern || !member.Topics.SetEquals(described.Topics);

    private static (ConsumerMember? Member, ErrorCode Error, string Why) Find(ConsumerGroup group, Beat beat, ConsumerSettings settings)
    {
        var request = beat.Request;
        var held = request.InstanceId is { } instance ? group.OfInstance(instance) : group.Members.GetValueOrDefault(request.MemberId);
        if (beat.Joins)
        {
            if (held is null && group.Members.Count >= settings.MaxSize)
                return (null, ErrorCode.GroupMaxSizeReached, $"The group has its {settings.MaxSize} members.");

            return request.InstanceId is not null && held is { Classic: null } and not { Epoch: ConsumerMember.LeavesForAWhile }
                ? (null, ErrorCode.UnreleasedInstanceId, $"{held.Id} is the instance {request.InstanceId} and has not left.")
                : (held ?? group.Members.GetValueOrDefault(request.MemberId) ?? new ConsumerMember(request.MemberId), ErrorCode.None, "");
        }

        if (held is null)
            return (null, ErrorCode.UnknownMemberId, $"There is no member {request.MemberId}.");

        if (held.Id != request.MemberId)
            return (null, ErrorCode.FencedInstanceId, $"{held.Id} is the instance {request.InstanceId} now.");

        return IsOf(held, beat)
            ? (held, ErrorCode.None, "")
            : (null, ErrorCode.FencedMemberEpoch, $"The member is in epoch {held.Epoch} and says {request.MemberEpoch}: it must give everything up and join anew.");
    }

    // One that the member or another one has already is not looked at again.
    private static bool IsPattern(ConsumerGroup group, ConsumerMember member, string? pattern) =>
        string.IsNullOrEmpty(pattern) || pattern == member.Pattern || group.Members.Values.Any(other => other.Pattern == pattern) || Re2Pattern.TryParse(pattern) is not null;

    // A member whose last answer was lost says the epoch before, and has nothing that it may not have.
    private static bool IsOf(ConsumerMember member, Beat beat) =>
        beat.Request.MemberEpoch == member.Epoch
        || (beat.Request.MemberEpoch == member.PreviousEpoch && beat.Request.MemberEpoch < member.Epoch && beat.Owned?.IsSubsetOf(member.Assigned) == true);

    private static ConsumerMember Describe(ConsumerMember member, Beat beat) => member with
    {
        InstanceId = beat.Request.InstanceId ?? member.InstanceId,
        RackId = beat.Request.RackId ?? member.RackId,
        RebalanceTimeoutMs = beat.Request.RebalanceTimeoutMs == -1 ? member.RebalanceTimeoutMs : beat.Request.RebalanceTimeoutMs,
        Assignor = beat.Request.ServerAssignor ?? member.Assignor,
        Topics = beat.Request.SubscribedTopicNames?.ToImmutableSortedSet(StringComparer.Ordinal) ?? member.Topics,
        Pattern = beat.Request.SubscribedTopicRegex ?? member.Pattern,
        ClientId = beat.Caller.ClientId,
        ClientHost = beat.Caller.Host,
        Classic = null,
        JoinDeadline = Moment.Never,
        SyncDeadline = Moment.Never,
    };

    private static ConsumerMember Step(ConsumerGroup group, ConsumerMember member, Beat beat, bool subscribesAnew, ConsumerSettings settings, GroupTurn turn)
    {
        var stepped = Reconciliation.Step(group, member, beat.Owned, turn.Image.Topics, subscribesAnew);
        if (!stepped.StandsAs(member))
            turn.Decision.Add(ConsumerRecords.Current(group.Id, stepped));

        var revokes = stepped.State == MemberState.UnrevokedPartitions;
        return stepped with
        {
            SessionDeadline = turn.In(settings.SessionTimeoutMs),
            RevocationDeadline = !revokes ? Moment.Never
                : member.Revoking.SetEquals(stepped.Revoking) ? member.RevocationDeadline
                : turn.In(member.RebalanceTimeoutMs),
        };
    }
}
