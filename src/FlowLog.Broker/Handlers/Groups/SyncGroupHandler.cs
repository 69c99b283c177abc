using FlowLog.Broker.Groups;
using FlowLog.Broker.Groups.Classic;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Groups;

internal sealed class SyncGroupHandler(GroupCoordinator groups) : GroupApiHandler<SyncGroupRequest>(groups)
{
    /// <summary>The first version that must say which protocol the member believes to be in force.</summary>
    private const short SaysProtocol = 5;

    protected override void Handle(RequestContext context, SyncGroupRequest request)
    {
        if (context.Version >= SaysProtocol && (request.ProtocolType is null || request.ProtocolName is null))
            context.Reply(ClassicAnswers.SyncRefused(ErrorCode.InconsistentGroupProtocol));
        else
            Groups.Sync(request, context.Reply);
    }
}
