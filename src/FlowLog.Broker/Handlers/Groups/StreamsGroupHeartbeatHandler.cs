using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Groups.Streams;
using FlowLog.Broker.Groups.Streams.Topics;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Protocol.Errors;
using Request = FlowLog.Protocol.Messages.StreamsGroupHeartbeatRequest;

namespace FlowLog.Broker.Handlers.Groups;

/// <summary>
/// StreamsGroupHeartbeat: joins, keeps alive and leaves. What a request lacks is found out here, everything else by the group. Topics that the group
/// needs are made once it has answered; the member learns with a later heartbeat that they are there.
/// </summary>
internal sealed class StreamsGroupHeartbeatHandler(GroupCoordinator groups, ProtocolAdmission admission, IInternalTopics topics) : GroupApiHandler<Request>(groups)
{
    protected override void Handle(RequestContext context, Request request)
    {
        var problem = admission.IsOn ? TopicProblem(request) ?? Missing(request) ?? Problem(request) : (ErrorCode.UnsupportedVersion, "The streams protocol is not enabled in this cluster.");
        if (problem is var (error, why))
        {
            context.Reply(StreamsAnswers.Refused(error, why).Response);
            return;
        }

        var topology = request.Topology is { } told ? Topology.From(told) : null;
        if (request.Topology is not null && topology is not { Epoch: >= 0 })
        {
            // Kafka trips over such a topology, and its clients never send one.
            context.Reply(StreamsAnswers.Refused(ErrorCode.UnknownServerError, "A topology has an epoch from 0 on, and parts with different ids.").Response);
            return;
        }

        var caller = new GroupCaller(context.ClientId ?? "", HostOf(context), context.Version, default);
        Groups.Heartbeat(new StreamsBeat(request, caller, topology, Owned(request)), answer => Reply(context, answer));
    }

    private void Reply(RequestContext context, StreamsAnswer answer)
    {
        foreach (var topic in answer.Missing)
        {
            if (topics.LastFailure(topic.Name) is { } failure)
                Status(answer).StatusDetail += $"; Creation failed: {topic.Name} ({failure})";

            topics.Create(topic);
        }

        context.Reply(answer.Response);
    }

    private static FlowLog.Protocol.Messages.StreamsGroupHeartbeatResponse.MemberStatus Status(StreamsAnswer answer) =>
        answer.Response.Status!.Find(status => status.StatusCode == (sbyte)StreamsStatus.MissingInternalTopics)!;

    private static TaskSets? Owned(Request request) =>
        request is { ActiveTasks: { } active, StandbyTasks: { } standby, WarmupTasks: { } warmup }
            ? new TaskSets([.. Tasks(active)], [.. Tasks(standby)], [.. Tasks(warmup)])
            : null;

    private static IEnumerable<TaskId> Tasks(List<Request.TaskIds> lists) => TaskId.Of(lists, list => list.SubtopologyId, list => list.Partitions);

    private static (ErrorCode Error, string Why)? TopicProblem(Request request)
    {
        var topics = (request.Topology?.Subtopologies ?? []).SelectMany(part =>
            part.SourceTopics.Concat(part.RepartitionSinkTopics).Concat(part.RepartitionSourceTopics.Concat(part.StateChangelogTopics).Select(topic => topic.Name)));
        foreach (var topic in topics)
        {
            if (TopicNames.IsInternal(topic))
                return (ErrorCode.StreamsInvalidTopology, $"Use of Kafka internal topics {topic} in a Kafka Streams topology is prohibited.");
            if (TopicNames.Check(topic) is not null)
                return (ErrorCode.StreamsInvalidTopology, $"Topic names {topic} are not valid topic names.");
        }

        return null;
    }

    // What KIP-1071 foresees and Kafka 4.3 has not got either.
    private static (ErrorCode Error, string Why)? Missing(Request request)
    {
        if (request.InstanceId is not null)
            return Invalid("Static membership is not yet supported.");

        if (request.TaskOffsets is not null || request.TaskEndOffsets is not null)
            return Invalid("Offsets of tasks are not supported yet.");

        if (request.WarmupTasks is { Count: > 0 })
            return Invalid("WarmupTasks are not supported yet.");

        return request.Topology?.Subtopologies.Exists(part => part.SourceTopicRegex.Count > 0) == true
            ? Invalid("Regular expressions for source topics are not supported yet.")
            : null;
    }

    private static (ErrorCode Error, string Why)? Problem(Request request)
    {
        if (Ids.IsBlank(request.MemberId) || Ids.IsBlank(request.GroupId))
            return Invalid("The group and the member need an id.");

        if (request.RackId is { } rack && Ids.IsBlank(rack))
            return Invalid("A rack that is told must not be empty.");

        if (request.MemberEpoch == StreamsMember.Joins)
        {
            if (JoinProblem(request) is { } problem)
                return Invalid(problem);
            if (request.Topology!.Subtopologies.SelectMany(part => part.StateChangelogTopics).FirstOrDefault(topic => topic.Partitions != 0) is { } changelog)
                return (ErrorCode.StreamsInvalidTopology, $"Changelog topic {changelog.Name} must have an undefined partition count, but it is set to {changelog.Partitions}.");
        }

        // Only a static member can leave for a while, and there is none.
        if (request.MemberEpoch <= StreamsMember.LeavesForAWhile)
            return Invalid($"There is no member epoch {request.MemberEpoch}.");

        var told = (request.ActiveTasks is null ? 0 : 1) + (request.StandbyTasks is null ? 0 : 1) + (request.WarmupTasks is null ? 0 : 1);
        if (told is 1 or 2)
            return Invalid("Who tells one kind of tasks must tell all of them.");

        return request.MemberEpoch != StreamsMember.Joins && request.Topology is not null ? Invalid("Topology can only be provided when (re-)joining.") : null;
    }

    private static string? JoinProblem(Request request)
    {
        if (request.RebalanceTimeoutMs == -1)
            return "A member that joins must tell its rebalance timeout.";

        if (request is not { ActiveTasks.Count: 0, StandbyTasks.Count: 0, WarmupTasks.Count: 0 })
            return "A member that joins must tell that it has no tasks.";

        return request.Topology is null ? "A member that joins must tell its topology." : null;
    }

    private static (ErrorCode Error, string Why) Invalid(string why) => (ErrorCode.InvalidRequest, why);
}
