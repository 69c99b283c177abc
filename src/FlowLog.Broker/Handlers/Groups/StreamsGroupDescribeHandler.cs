using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Groups.Streams;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Groups;

/// <summary>StreamsGroupDescribe: each group stands for itself.</summary>
internal sealed class StreamsGroupDescribeHandler(GroupCoordinator groups, ProtocolAdmission admission) : GroupApiHandler<StreamsGroupDescribeRequest>(groups)
{
    protected override void Handle(RequestContext context, StreamsGroupDescribeRequest request)
    {
        if (!admission.IsOn)
        {
            context.Reply(new StreamsGroupDescribeResponse { Groups = request.GroupIds.ConvertAll(id => StreamsDescriptions.Refused(id, ErrorCode.UnsupportedVersion)) });
            return;
        }

        var answers = new Gathered<StreamsGroupDescribeResponse.DescribedGroup>(
            request.GroupIds.Count,
            parts => context.Reply(new StreamsGroupDescribeResponse { Groups = [.. parts] }));
        for (var i = 0; i < request.GroupIds.Count; i++)
        {
            var at = i;
            Groups.DescribeStreams(request.GroupIds[i], group =>
            {
                if (request.IncludeAuthorizedOperations && group.ErrorCode == ErrorCode.None)
                    group.AuthorizedOperations = AuthorizedOperations.Group;

                answers.Put(at, group);
            });
        }
    }
}
