using FlowLog.Broker.Groups;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Groups;

internal sealed class LeaveGroupHandler(GroupCoordinator groups) : GroupApiHandler<LeaveGroupRequest>(groups)
{
    /// <summary>The first version that names several members, and answers for each.</summary>
    private const short SeveralMembers = 3;

    protected override void Handle(RequestContext context, LeaveGroupRequest request)
    {
        if (context.Version >= SeveralMembers)
        {
            Groups.Leave(request, context.Reply);
            return;
        }

        request.Members = [new LeaveGroupRequest.MemberIdentity { MemberId = request.MemberId }];
        Groups.Leave(request, response => context.Reply(new LeaveGroupResponse { ErrorCode = OnlyError(response) }));
    }

    private static ErrorCode OnlyError(LeaveGroupResponse response) =>
        response.Members is [var only] ? only.ErrorCode : response.ErrorCode;
}
