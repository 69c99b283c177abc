using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Groups;

internal sealed class DeleteGroupsHandler(GroupCoordinator groups) : GroupApiHandler<DeleteGroupsRequest>(groups)
{
    protected override void Handle(RequestContext context, DeleteGroupsRequest request)
    {
        var names = request.GroupsNames.Distinct(StringComparer.Ordinal).ToArray();
        var answers = new Gathered<DeleteGroupsResponse.DeletableGroupResult>(
            names.Length,
            parts => context.Reply(new DeleteGroupsResponse { Results = [.. parts] }));
        for (var i = 0; i < names.Length; i++)
        {
            var at = i;
            Groups.Delete(names[i], result => answers.Put(at, result));
        }
    }
}
