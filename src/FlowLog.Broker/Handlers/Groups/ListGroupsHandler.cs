using FlowLog.Broker.Groups;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Groups;

internal sealed class ListGroupsHandler(GroupCoordinator groups) : GroupApiHandler<ListGroupsRequest>(groups)
{
    protected override void Handle(RequestContext context, ListGroupsRequest request) => Groups.List(request, context.Reply);
}
