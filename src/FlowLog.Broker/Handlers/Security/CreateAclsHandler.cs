using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Security;

/// <summary>Creates access rules: without an authorizer each is refused.</summary>
internal sealed class CreateAclsHandler : ApiHandler<CreateAclsRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, CreateAclsRequest request)
    {
        if (request.Creations.Exists(rule => AccessRules.IsUnreadable(rule.ResourceType, rule.ResourcePatternType, rule.Operation, rule.PermissionType)))
        {
            context.CloseConnection();
            return;
        }

        context.Reply(new CreateAclsResponse
        {
            Results = request.Creations.ConvertAll(_ => new CreateAclsResponse.AclCreationResult { ErrorCode = ErrorCode.SecurityDisabled, ErrorMessage = AccessRules.NoAuthorizer }),
        });
    }
}
