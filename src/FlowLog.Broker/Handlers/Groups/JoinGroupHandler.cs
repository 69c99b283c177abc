using FlowLog.Broker.Groups;
using FlowLog.Protocol.Messages;
using FlowLog.Runtime;

namespace FlowLog.Broker.Handlers.Groups;

internal sealed class JoinGroupHandler(GroupCoordinator groups, IRandomness random) : GroupApiHandler<JoinGroupRequest>(groups)
{
    /// <summary>The first version whose protocol name may be null.</summary>
    private const short NullableProtocol = 7;

    protected override void Handle(RequestContext context, JoinGroupRequest request)
    {
        // Version 0 knows one time-out for both.
        if (context.Version == 0)
            request.RebalanceTimeoutMs = request.SessionTimeoutMs;

        var caller = new GroupCaller(context.ClientId ?? "", HostOf(context), context.Version, random.NextGuid());
        Groups.Join(request, caller, response =>
        {
            if (context.Version < NullableProtocol)
                response.ProtocolName ??= "";

            context.Reply(response);
        });
    }
}
