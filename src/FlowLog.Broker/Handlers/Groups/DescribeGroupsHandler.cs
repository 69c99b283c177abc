using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Groups;

internal sealed class DescribeGroupsHandler(GroupCoordinator groups) : GroupApiHandler<DescribeGroupsRequest>(groups)
{
    /// <summary>Everything that can be done to a group, as bits: read, delete, describe, describe and alter its configs.</summary>
    private const int EveryOperation = (1 << 3) | (1 << 6) | (1 << 8) | (1 << 10) | (1 << 11);

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
                    group.AuthorizedOperations = EveryOperation;

                answers.Put(at, group);
            });
        }
    }
}
