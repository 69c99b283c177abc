using FlowLog.Broker.Groups;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Groups;

internal sealed class HeartbeatHandler(GroupCoordinator groups) : GroupApiHandler<HeartbeatRequest>(groups)
{
    protected override void Handle(RequestContext context, HeartbeatRequest request) => Groups.Heartbeat(request, context.Reply);
}
