using System.Collections.Immutable;
using FlowLog.Broker.Groups.Streams.Topics;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Response = FlowLog.Protocol.Messages.StreamsGroupHeartbeatResponse;

namespace FlowLog.Broker.Groups.Streams;

/// <summary>The answer to a heartbeat, and what has to be done with it.</summary>
/// <param name="Response">What the member is told.</param>
/// <param name="Missing">Topics that have to be made for the group.</param>
internal sealed record StreamsAnswer(Response Response, IReadOnlyList<CreateTopicsRequest.CreatableTopic> Missing);

/// <summary>What members are told.</summary>
internal static class StreamsAnswers
{
    public static StreamsAnswer Refused(ErrorCode error, string? why = null) =>
        new(new Response { ErrorCode = error, ErrorMessage = error is ErrorCode.UnknownServerError or ErrorCode.UnsupportedVersion ? null : why ?? ErrorCodes.Describe(error).Sentence }, []);

    public static StreamsAnswer Gone(string memberId, int epoch) => new(new Response { MemberId = memberId, MemberEpoch = epoch }, []);

    public static Response Standing(StreamsMember member, StreamsSettings settings, bool withTasks)
    {
        var response = new Response { MemberId = member.Id, MemberEpoch = member.Epoch, HeartbeatIntervalMs = settings.HeartbeatIntervalMs };
        if (withTasks)
        {
            response.ActiveTasks = Tasks(member.Assigned.Active.Keys);
            response.StandbyTasks = Tasks(member.Assigned.Standby);
            response.WarmupTasks = Tasks(member.Assigned.Warmup);
        }

        return response;
    }

    public static Response.MemberStatus Status(StreamsStatus status, string detail) => new() { StatusCode = (sbyte)status, StatusDetail = detail };

    private static List<Response.TaskIds> Tasks(IEnumerable<TaskId> tasks) =>
        TaskId.BySubtopology(tasks, (subtopology, partitions) => new Response.TaskIds { SubtopologyId = subtopology, Partitions = partitions });
}
