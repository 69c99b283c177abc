using System.Collections.Immutable;
using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups.Classic;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Migration;

/// <summary>
/// Members that speak the classic protocol in a group of the consumer protocol. A join tells what they subscribe to and what they have; the sync after it
/// tells them what they may have; and a heartbeat tells them to join again whenever that changes. To each of them it looks like a group that somebody else
/// leads.
/// </summary>
internal static class ClassicMembers
{
    /// <summary>From this version on a member without id is first given one.</summary>
    private const short RequiresMemberId = 4;

    /// <summary>JoinGroup. The group afterwards is a classic one if the member takes the place of the last one of the consumer protocol.</summary>
    public static IGroup Join(ConsumerGroup group, in Joining joining, GroupTurn turn)
    {
        var settings = turn.Settings.Consumers.For(turn.Image.Configs, group.Id);
        var request = joining.Request;
        var subscription = EmbeddedProtocol.Subscription(joining.Protocols);
        if (Check(group, joining, subscription, settings) is var error and not ErrorCode.None)
            return Refuse(group, joining, "", error, turn);

        var memberId = request.MemberId.Length > 0 ? request.MemberId : new TopicId(joining.Caller.FreshId).ToString();
        if (request is { MemberId.Length: 0, GroupInstanceId: null } && joining.Caller.ApiVersion >= RequiresMemberId)
            return Refuse(group, joining, memberId, ErrorCode.MemberIdRequired, turn);

        var member = request.GroupInstanceId is { } instance ? group.OfInstance(instance) : group.Members.GetValueOrDefault(memberId);
        var completes = member is { Classic: null } && member.Id != memberId && Downgrade.FollowsReplacement(group, member, turn);
        if (member is not null && member.Id != memberId)
            (group, member) = ConsumerHeartbeat.Replace(group, member, memberId, turn);

        member ??= new ConsumerMember(memberId);
        var described = Describe(member, joining, subscription!);
        group = ConsumerHeartbeat.Subscribe(group, member, described, settings, turn);
        var owned = EmbeddedProtocol.Owned(subscription!, turn.Image.Topics);
        var stepped = Step(group, described, owned, ConsumerHeartbeat.ReadsOther(member, described), turn);
        turn.Decision.Answer(joining.Ticket, Joined(stepped));
        return completes ? Downgrade.DecideReplaced(group.With(stepped), turn) : group.With(stepped);
    }

    /// <summary>SyncGroup: what the broker has assigned, as a leader would have written it.</summary>
    public static ConsumerGroup Sync(ConsumerGroup group, SyncGroupRequest request, Ticket<SyncGroupResponse> ticket, GroupTurn turn)
    {
        var error = Find(group, request.MemberId, request.GroupInstanceId, request.GenerationId, out var member);
        if (error == ErrorCode.None && !Matches(request, member!.Classic!))
            error = ErrorCode.InconsistentGroupProtocol;

        if (error == ErrorCode.None && group.TargetEpoch > member!.Epoch && member.State != MemberState.UnrevokedPartitions)
        {
            group = group.With(CallToJoin(member, turn));
            error = ErrorCode.RebalanceInProgress;
        }

        if (error != ErrorCode.None)
        {
            turn.Decision.Answer(ticket, ClassicAnswers.SyncRefused(error));
            return group;
        }

        turn.Decision.Answer(ticket, new SyncGroupResponse
        {
            ProtocolType = request.ProtocolType,
            ProtocolName = request.ProtocolName,
            Assignment = EmbeddedProtocol.Assignment(member!.Assigned, member.Classic!.Protocols[0], turn.Image.Topics),
        });
        return group.With(member with { SyncDeadline = Moment.Never, SessionDeadline = turn.In(member.Classic.SessionTimeoutMs) });
    }

    /// <summary>Heartbeat: has something changed, so that the member must join again?</summary>
    public static ConsumerGroup Heartbeat(ConsumerGroup group, HeartbeatRequest request, GroupTurn turn, out ErrorCode answer)
    {
        answer = Find(group, request.MemberId, request.GroupInstanceId, request.GenerationId, out var member);
        if (answer != ErrorCode.None)
            return group;

        // Where nobody of the consumer protocol is left there is nobody else to ask for a target.
        if (group.Members.Values.All(other => other.Classic is not null))
            group = Targeting.Update(group, member!, turn.Settings.Consumers.For(turn.Image.Configs, group.Id), turn);

        var alive = member! with { SessionDeadline = turn.In(member!.Classic!.SessionTimeoutMs) };
        if (!HasNews(group, alive))
            return group.With(alive);

        answer = ErrorCode.RebalanceInProgress;
        return group.With(CallToJoin(alive, turn));
    }

    // There is a new target, or something is to be given up, or what it waits for has become free.
    private static bool HasNews(ConsumerGroup group, ConsumerMember member) =>
        member.Epoch < group.TargetEpoch
        || member.State == MemberState.UnrevokedPartitions
        || (member.State == MemberState.UnreleasedPartitions && !group.TargetOf(member.Id).Except(member.Assigned).Any(group.Owners.ContainsKey));

    private static ErrorCode Check(ConsumerGroup group, in Joining joining, ConsumerProtocolSubscription? subscription, ConsumerSettings settings)
    {
        var request = joining.Request;
        if (settings.Migration == MigrationPolicy.Disabled)
            return ErrorCode.InconsistentGroupProtocol;

        var held = request.GroupInstanceId is { } instance ? group.OfInstance(instance) : group.Members.GetValueOrDefault(request.MemberId);
        if (group.Members.Count >= settings.MaxSize && held is null)
            return ErrorCode.GroupMaxSizeReached;

        if (request.ProtocolType != ClassicGroup.ConsumerProtocolType || subscription is null || !HasCommon(group, joining.Protocols))
            return ErrorCode.InconsistentGroupProtocol;

        if (request.MemberId.Length == 0 || request.GroupInstanceId is null)
            return ErrorCode.None;

        return held is null ? ErrorCode.UnknownMemberId : held.Id != request.MemberId ? ErrorCode.FencedInstanceId : ErrorCode.None;
    }

    // It does not matter yet, but the group may be theirs one day, and then they must find one.
    private static bool HasCommon(ConsumerGroup group, ImmutableArray<MemberProtocol> protocols) => protocols.Any(
        protocol => group.Members.Values.All(member => member.Classic is not { } classic || classic.Protocols.Any(known => known.Name == protocol.Name)));

    private static ErrorCode Find(ConsumerGroup group, string memberId, string? instanceId, int generation, out ConsumerMember? member)
    {
        member = instanceId is null ? group.Members.GetValueOrDefault(memberId) : group.OfInstance(instanceId);
        if (member is null)
            return ErrorCode.UnknownMemberId;

        if (member.Id != memberId)
            return ErrorCode.FencedInstanceId;

        if (member.Classic is null)
            return ErrorCode.UnknownMemberId;

        return member.Epoch == generation ? ErrorCode.None : ErrorCode.IllegalGeneration;
    }

    private static bool Matches(SyncGroupRequest request, ClassicSide classic) =>
        request.ProtocolType is null or ClassicGroup.ConsumerProtocolType && (request.ProtocolName is null || request.ProtocolName == classic.Protocol);

    private static ConsumerMember Describe(ConsumerMember member, in Joining joining, ConsumerProtocolSubscription subscription) => member with
    {
        InstanceId = joining.Request.GroupInstanceId ?? member.InstanceId,
        RackId = subscription.RackId ?? member.RackId,
        RebalanceTimeoutMs = joining.Request.RebalanceTimeoutMs,
        Topics = subscription.Topics.ToImmutableSortedSet(StringComparer.Ordinal),
        Pattern = "",
        ClientId = joining.Caller.ClientId,
        ClientHost = joining.Caller.Host,
        Classic = new ClassicSide(joining.Request.SessionTimeoutMs, joining.Protocols),
    };

    private static ConsumerMember Step(ConsumerGroup group, ConsumerMember member, ImmutableSortedSet<TopicIdPartition> owned, bool subscribesAnew, GroupTurn turn)
    {
        var stepped = Reconciliation.Step(group, member, owned, turn.Image.Topics, subscribesAnew);
        if (!stepped.StandsAs(member))
            turn.Decision.Add(ConsumerRecords.Current(group.Id, stepped));

        return stepped with
        {
            SessionDeadline = turn.In(member.Classic!.SessionTimeoutMs),
            SyncDeadline = turn.In(member.RebalanceTimeoutMs),
            JoinDeadline = Moment.Never,
            RevocationDeadline = Moment.Never,
        };
    }

    // Whoever is called has the time that it asked for, counted from the first call.
    private static ConsumerMember CallToJoin(ConsumerMember member, GroupTurn turn) =>
        member with { JoinDeadline = Math.Min(member.JoinDeadline, turn.In(member.RebalanceTimeoutMs)) };

    private static JoinGroupResponse Joined(ConsumerMember member) => new()
    {
        MemberId = member.Id,
        GenerationId = member.Epoch,
        ProtocolType = ClassicGroup.ConsumerProtocolType,
        ProtocolName = member.Classic!.Protocol,
        Leader = "",
    };

    private static ConsumerGroup Refuse(ConsumerGroup group, in Joining joining, string memberId, ErrorCode error, GroupTurn turn)
    {
        turn.Decision.Answer(joining.Ticket, ClassicAnswers.JoinRefused(memberId, error));
        return group;
    }
}
