using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Security;

/// <summary>Deletes access rules: without an authorizer each filter is refused.</summary>
internal sealed class DeleteAclsHandler : ApiHandler<DeleteAclsRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, DeleteAclsRequest request) => context.Reply(new DeleteAclsResponse
    {
        FilterResults = [.. request.Filters.Select(_ => new DeleteAclsResponse.DeleteAclsFilterResult
        {
            ErrorCode = ErrorCode.SecurityDisabled, ErrorMessage = AccessRules.NoAuthorizer,
        })],
    });
}
