using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Security;

/// <summary>Deletes access rules: without an authorizer each filter is refused.</summary>
internal sealed class DeleteAclsHandler : ApiHandler<DeleteAclsRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, DeleteAclsRequest request)
    {
        if (request.Filters.Exists(filter => AccessRules.IsUnreadable(filter.ResourceTypeFilter, filter.PatternTypeFilter, filter.Operation, filter.PermissionType)))
        {
            context.CloseConnection();
            return;
        }

        context.Reply(new DeleteAclsResponse
        {
            FilterResults = request.Filters.ConvertAll(_ => new DeleteAclsResponse.DeleteAclsFilterResult { ErrorCode = ErrorCode.SecurityDisabled, ErrorMessage = AccessRules.NoAuthorizer }),
        });
    }
}
