using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Runtime;
using Request = FlowLog.Protocol.Messages.ConsumerGroupHeartbeatRequest;

namespace FlowLog.Broker.Handlers.Groups;

/// <summary>ConsumerGroupHeartbeat: joins, keeps alive and leaves. What a request lacks is found out here, everything else by the group.</summary>
internal sealed class ConsumerGroupHeartbeatHandler(GroupCoordinator groups, ProtocolAdmission admission, IRandomness random) : GroupApiHandler<Request>(groups)
{
    /// <summary>Before, the broker makes the ids of members.</summary>
    private const short MembersNameThemselves = 1;

    protected override void Handle(RequestContext context, Request request)
    {
        if (context.Version < MembersNameThemselves && request.MemberId.Length == 0 && request.MemberEpoch == ConsumerMember.Joins)
            request.MemberId = new TopicId(random.NextGuid()).ToString();

        var problem = admission.IsOn ? Problem(request) : (ErrorCode.UnsupportedVersion, "The consumer protocol is not enabled in this cluster.");
        if (problem is var (error, why))
        {
            context.Reply(ConsumerAnswers.Refused(error, why));
            return;
        }

        var owned = request.TopicPartitions is { } topics ? TopicIdPartition.Of(topics, topic => topic.TopicId, topic => topic.Partitions) : null;
        var caller = new GroupCaller(context.ClientId ?? "", HostOf(context), context.Version, default);
        Groups.Heartbeat(new Beat(request, caller, owned), context.Reply);
    }

    private static (ErrorCode Error, string Why)? Problem(Request request)
    {
        if (Ids.IsBlank(request.GroupId) || Ids.IsBlank(request.MemberId))
            return Invalid("The group and the member need an id.");

        if ((request.InstanceId is { } instance && Ids.IsBlank(instance)) || (request.RackId is { } rack && Ids.IsBlank(rack)))
            return Invalid("An instance id or rack that is told must not be empty.");

        if (request.MemberEpoch < ConsumerMember.LeavesForAWhile)
            return Invalid($"There is no member epoch {request.MemberEpoch}.");

        if (request.MemberEpoch == ConsumerMember.LeavesForAWhile && request.InstanceId is null)
            return Invalid("Only a static member, which has an instance id, can leave for a while.");

        return request.MemberEpoch == ConsumerMember.Joins && JoinProblem(request) is { } problem ? Invalid(problem) : null;
    }

    private static string? JoinProblem(Request request)
    {
        if (request.RebalanceTimeoutMs == -1)
            return "A member that joins must tell its rebalance timeout.";

        if (request.TopicPartitions is not { Count: 0 })
            return "A member that joins must tell that it has no partitions.";

        return request.SubscribedTopicNames is null && request.SubscribedTopicRegex is null ? "A member that joins must tell what it subscribes to." : null;
    }

    private static (ErrorCode Error, string Why) Invalid(string why) => (ErrorCode.InvalidRequest, why);
}
