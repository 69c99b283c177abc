using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Cluster;

/// <summary>Takes metrics of clients: nobody asked for any.</summary>
internal sealed class PushTelemetryHandler : ApiHandler<PushTelemetryRequest>
{
    /// <inheritdoc/>
    public override bool IsAdvertised => false;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, PushTelemetryRequest request) =>
        context.Reply(new PushTelemetryResponse { ErrorCode = ErrorCode.UnknownSubscriptionId });
}
