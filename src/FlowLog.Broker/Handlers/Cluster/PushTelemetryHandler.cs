using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Cluster;

/// <summary>Takes metrics of clients, and drops them.</summary>
internal sealed class PushTelemetryHandler(TelemetryClients clients) : ApiHandler<PushTelemetryRequest>
{
    /// <inheritdoc/>
    public override bool IsAdvertised => false;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, PushTelemetryRequest request) =>
        context.Reply(new PushTelemetryResponse { ErrorCode = clients.Push(context, request) });
}
