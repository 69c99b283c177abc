using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Topics;

/// <summary>Lists the partitions that are being moved. On one node there are none.</summary>
internal sealed class ListPartitionReassignmentsHandler : ApiHandler<ListPartitionReassignmentsRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, ListPartitionReassignmentsRequest request) =>
        context.Reply(new ListPartitionReassignmentsResponse { ErrorMessage = null });
}
