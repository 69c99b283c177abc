using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Groups;

internal sealed class DescribeGroupsHandler(GroupCoordinator groups) : GroupApiHandler<DescribeGroupsRequest>(groups)
{
    protected override void Handle(RequestContext context, DescribeGroupsRequest request)
    {
        var answers = new Gathered<DescribeGroupsResponse.DescribedGroup>(
            request.Groups.Count,
            parts => context.Reply(new DescribeGroupsResponse { Groups = [.. parts] }));
        for (var i = 0; i < request.Groups.Count; i++)
        {
            var at = i;
            Groups.Describe(request.Groups[i], context.Version, group =>
            {
                if (request.IncludeAuthorizedOperations && group.ErrorCode == ErrorCode.None)
                    group.AuthorizedOperations = AuthorizedOperations.Group;

                answers.Put(at, group);
            });
        }
    }
}
