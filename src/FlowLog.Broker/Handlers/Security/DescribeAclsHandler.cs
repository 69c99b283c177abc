using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Security;

/// <summary>Lists access rules: without an authorizer there are none.</summary>
internal sealed class DescribeAclsHandler : ApiHandler<DescribeAclsRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, DescribeAclsRequest request)
    {
        if (AccessRules.IsUnreadable(request.ResourceTypeFilter, request.PatternTypeFilter, request.Operation, request.PermissionType))
            context.CloseConnection();
        else
            context.Reply(new DescribeAclsResponse { ErrorCode = ErrorCode.SecurityDisabled, ErrorMessage = AccessRules.NoAuthorizer });
    }
}
