using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Runtime;

namespace FlowLog.Broker.Handlers.Cluster;

/// <summary>Tells clients which of their metrics are wanted, by the client metrics configs. Not offered, since nothing is done with them, but answered.</summary>
internal sealed class GetTelemetrySubscriptionsHandler(TelemetryClients clients, IRandomness random) : ApiHandler<GetTelemetrySubscriptionsRequest>
{
    /// <inheritdoc/>
    public override bool IsAdvertised => false;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, GetTelemetrySubscriptionsRequest request)
    {
        var id = TelemetryClients.IsReserved(request.ClientInstanceId) ? random.NextGuid() : request.ClientInstanceId;
        context.Reply(clients.Ask(context, id) is not { } subscription
            ? new GetTelemetrySubscriptionsResponse { ErrorCode = ErrorCode.ThrottlingQuotaExceeded }
            : new GetTelemetrySubscriptionsResponse
            {
                ClientInstanceId = id,
                SubscriptionId = subscription.Id,
                AcceptedCompressionTypes = [4, 3, 1, 2],
                PushIntervalMs = subscription.IntervalMs,
                TelemetryMaxBytes = TelemetryClients.MaxBytes,
                DeltaTemporality = true,
                RequestedMetrics = [.. subscription.Metrics],
            });
    }
}
