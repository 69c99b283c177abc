using System.Collections.Immutable;
using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups.Streams.Topics;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Response = FlowLog.Protocol.Messages.StreamsGroupHeartbeatResponse;

namespace FlowLog.Broker.Groups.Streams;

/// <summary>A heartbeat with what it needs to be decided.</summary>
/// <param name="Request">The request.</param>
/// <param name="Caller">Who sent it.</param>
/// <param name="Topology">The topology that it tells; null if it tells none.</param>
/// <param name="Owned">What the member says to have; null if it does not say.</param>
internal sealed record StreamsBeat(StreamsGroupHeartbeatRequest Request, GroupCaller Caller, Topology? Topology, TaskSets? Owned)
{
    public bool Joins => Request.MemberEpoch == StreamsMember.Joins;
}

/// <summary>StreamsGroupHeartbeat of a member that joins or stays: what it is, what that makes of the group, and the next step of the member.</summary>
internal static class StreamsHeartbeat
{
    /// <summary>The group afterwards; the same but for what is known of its topics, and an answer with an error, if the member is refused.</summary>
    public static StreamsGroup Decide(StreamsGroup group, StreamsBeat beat, GroupTurn turn, out StreamsAnswer answer)
    {
        var settings = turn.Settings.Streams.For(turn.Image.Configs, group.Id);
        if (Check(group, beat, settings) is var (error, why))
        {
            answer = StreamsAnswers.Refused(error, why);
            return group;
        }

        var before = group.Members.GetValueOrDefault(beat.Request.MemberId) ?? new StreamsMember(beat.Request.MemberId);
        var member = Describe(before, beat);
        var statuses = new List<Response.MemberStatus>();
        if (group.Topology is { } known && member.TopologyEpoch < known.Epoch)
            statuses.Add(StreamsAnswers.Status(StreamsStatus.StaleTopology, $"The member's topology epoch {member.TopologyEpoch} is behind the group's topology epoch {known.Epoch}."));

        var (looked, fault) = StreamsTopics.Look(group, beat.Topology, turn.Image.Topics);
        if (fault is null && looked.Configured!.IsReady)
            fault = CheckTasks(looked.Configured, beat.Owned);

        if (fault is not null)
        {
            // What was found out about the topics is known all the same.
            answer = StreamsAnswers.Refused(fault.Error, fault.Why);
            return ReferenceEquals(group.Configured, looked.Configured) ? group : group with { Configured = looked.Configured, IsStale = true };
        }

        var next = Settle(group, looked, before, member, settings, turn);
        next = Target(next, settings, turn, statuses, out var target);
        var stepped = Step(next, member, target, beat.Owned, settings, turn);
        answer = Answer(ref next, beat, before, stepped, settings, turn, statuses);
        return next;
    }

    private static (ErrorCode Error, string Why)? Check(StreamsGroup group, StreamsBeat beat, StreamsSettings settings)
    {
        if (beat.Joins)
        {
            return group.Members.Count >= settings.MaxSize
                ? (ErrorCode.GroupMaxSizeReached, $"The streams group has reached its maximum capacity of {settings.MaxSize} members.")
                : null;
        }

        if (!group.Members.TryGetValue(beat.Request.MemberId, out var member))
            return (ErrorCode.UnknownMemberId, $"Member {beat.Request.MemberId} is not a member of group {group.Id}.");

        return IsOf(member, beat)
            ? null
            : (ErrorCode.FencedMemberEpoch, $"The member is in epoch {member.Epoch} and says {beat.Request.MemberEpoch}: it must give everything up and join anew.");
    }

    // A member whose last answer was lost says the epoch before, and has nothing that it may not have.
    private static bool IsOf(StreamsMember member, StreamsBeat beat) =>
        beat.Request.MemberEpoch == member.Epoch
        || (beat.Request.MemberEpoch == member.PreviousEpoch && beat.Request.MemberEpoch < member.Epoch && beat.Owned is { } owned && member.Assigned.Contains(owned));

    private static StreamsMember Describe(StreamsMember member, StreamsBeat beat)
    {
        var request = beat.Request;
        return member with
        {
            RackId = request.RackId ?? member.RackId,
            RebalanceTimeoutMs = request.RebalanceTimeoutMs == -1 ? member.RebalanceTimeoutMs : request.RebalanceTimeoutMs,
            TopologyEpoch = request.Topology?.Epoch ?? member.TopologyEpoch,
            ClientId = beat.Caller.ClientId,
            ClientHost = beat.Caller.Host,
            ProcessId = request.ProcessId ?? member.ProcessId,
            Endpoint = request.UserEndpoint is { } endpoint ? new StreamsEndpoint(endpoint.Host, endpoint.Port) : member.Endpoint,
            Tags = request.ClientTags?.Aggregate(StreamsMember.NoTags, (tags, tag) => tags.SetItem(tag.Key, tag.Value)) ?? member.Tags,
        };
    }

    private static TopologyFault? CheckTasks(ConfiguredTopology configured, TaskSets? owned)
    {
        if (owned is null)
            return null;

        foreach (var task in owned.Active.Concat(owned.Standby).Concat(owned.Warmup))
        {
            if (configured.Find(task.Subtopology) is not { } part)
                return TopologyFault.Of(ErrorCode.InvalidRequest, $"Subtopology {task.Subtopology} does not exist in the topology.");

            if (task.Partition < 0 || task.Partition >= part.Tasks)
                return TopologyFault.Of(ErrorCode.InvalidRequest, $"Subtopology {task.Subtopology} has {part.Tasks} tasks and none with the number {task.Partition}.");
        }

        return null;
    }

    // Writes what is new, and gives the group its next epoch if anything is that a target depends on.
    private static StreamsGroup Settle(StreamsGroup group, StreamsGroup looked, StreamsMember before, StreamsMember member, StreamsSettings settings, GroupTurn turn)
    {
        var isChanged = !group.Members.ContainsKey(member.Id) || !member.IsDescribedAs(before);
        if (isChanged)
            turn.Decision.Add(StreamsRecords.Member(group.Id, member));
        if (group.Topology is null)
            turn.Decision.Add(StreamsRecords.Topology(group.Id, looked.Topology!));

        var validated = looked.Configured!.IsReady ? looked.Topology!.Epoch : -1;
        var configs = StreamsTargeting.ConfigsOf(settings);
        isChanged |= looked.TopicsHash != group.TopicsHash || validated != group.ValidatedTopologyEpoch || !configs.SequenceEqual(group.AssignmentConfigs);
        var next = looked.With(member);
        if (isChanged)
        {
            next = next with { Epoch = group.Epoch + 1, ValidatedTopologyEpoch = validated, AssignmentConfigs = configs };
            turn.Decision.Add(StreamsRecords.Epoch(next));
        }

        return group.IsEmpty && group.FirstTargetDeadline == Moment.Never && settings.InitialRebalanceDelayMs > 0
            ? next with { FirstTargetDeadline = turn.In(settings.InitialRebalanceDelayMs) }
            : next;
    }

    // While the group waits for more members nobody is given anything; later on everybody goes on with the last target until there is another one.
    private static StreamsGroup Target(
        StreamsGroup group, StreamsSettings settings, GroupTurn turn, List<Response.MemberStatus> statuses, out Func<string, TaskSets> target)
    {
        target = _ => TaskSets.None;
        if (group.FirstTargetDeadline != Moment.Never)
        {
            statuses.Add(StreamsAnswers.Status(StreamsStatus.AssignmentDelayed, "Assignment delayed due to the configured initial rebalance delay."));
            return group;
        }

        if (group.TargetEpoch < group.Epoch)
        {
            if (StreamsTargeting.IsDue(group, settings, turn))
                group = StreamsTargeting.Compute(group, turn);
            else
                statuses.Add(StreamsAnswers.Status(StreamsStatus.AssignmentDelayed, "Assignment delayed due to the configured assignment interval."));
        }

        target = group.TargetOf;
        return group;
    }

    private static StreamsMember Step(
        StreamsGroup group, StreamsMember member, Func<string, TaskSets> target, TaskSets? owned, StreamsSettings settings, GroupTurn turn)
    {
        var stepped = TaskReconciliation.Step(group, member, group.TargetEpoch, target(member.Id), owned);
        var moved = !stepped.StandsAs(member);
        if (moved)
            turn.Decision.Add(StreamsRecords.Current(group.Id, stepped));

        return stepped with
        {
            SessionDeadline = turn.In(settings.SessionTimeoutMs),
            Reported = owned ?? member.Reported,
            RevocationDeadline = !moved ? member.RevocationDeadline
                : stepped.State == StreamsMemberState.UnrevokedTasks ? turn.In(member.RebalanceTimeoutMs)
                : Moment.Never,
        };
    }

    // Kafka tells its tasks once, and a member whose answer was lost then sits idle until the next change. Here who still says otherwise after two
    // intervals is told again.
    private static bool HasMissedAnswer(StreamsMember member, StreamsSettings settings, GroupTurn turn) =>
        member.Reported is { } reported && !member.Assigned.Is(reported) && turn.Now.ElapsedMs >= member.ToldAt + (2L * settings.HeartbeatIntervalMs);

    private static StreamsAnswer Answer(
        ref StreamsGroup group, StreamsBeat beat, StreamsMember before, StreamsMember member, StreamsSettings settings, GroupTurn turn, List<Response.MemberStatus> statuses)
    {
        var isChanged = beat.Joins || !member.Assigned.Is(before.Assigned);
        var isTold = isChanged || HasMissedAnswer(member, settings, turn);
        group = group.With(isTold ? member with { ToldAt = turn.Now.ElapsedMs } : member) with
        {
            EndpointEpoch = isChanged && member.Endpoint is not null ? group.EndpointEpoch + 1 : group.EndpointEpoch,
            ShutdownBy = group.ShutdownBy ?? (beat.Request.ShutdownApplication ? member.Id : null),
        };

        var response = StreamsAnswers.Standing(member, settings, isTold);
        response.EndpointInformationEpoch = group.EndpointEpoch;
        if (group.EndpointEpoch != beat.Request.EndpointInformationEpoch)
            response.PartitionsByUserEndpoint = StreamsEndpoints.Of(group, turn.Image.Topics);

        if (group.Configured!.Fault is { Status: { } status, Why: var why })
            statuses.Add(StreamsAnswers.Status(status, why));
        if (group.ShutdownBy is { } requester)
            statuses.Add(StreamsAnswers.Status(StreamsStatus.ShutdownApplication, $"Streams group member {requester} encountered a fatal error and requested a shutdown for the entire application."));

        response.Status = statuses;
        return new StreamsAnswer(response, group.Configured.Missing);
    }
}
