using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Groups;

/// <summary>ConsumerGroupDescribe: each group stands for itself.</summary>
internal sealed class ConsumerGroupDescribeHandler(GroupCoordinator groups, ProtocolAdmission admission) : GroupApiHandler<ConsumerGroupDescribeRequest>(groups)
{
    protected override void Handle(RequestContext context, ConsumerGroupDescribeRequest request)
    {
        if (!admission.IsOn)
        {
            context.Reply(new ConsumerGroupDescribeResponse { Groups = request.GroupIds.ConvertAll(id => ConsumerDescriptions.Refused(id, ErrorCode.UnsupportedVersion)) });
            return;
        }

        var answers = new Gathered<ConsumerGroupDescribeResponse.DescribedGroup>(
            request.GroupIds.Count,
            parts => context.Reply(new ConsumerGroupDescribeResponse { Groups = [.. parts] }));
        for (var i = 0; i < request.GroupIds.Count; i++)
        {
            var at = i;
            Groups.DescribeConsumers(request.GroupIds[i], group =>
            {
                if (request.IncludeAuthorizedOperations && group.ErrorCode == ErrorCode.None)
                    group.AuthorizedOperations = AuthorizedOperations.Group;

                answers.Put(at, group);
            });
        }
    }
}
