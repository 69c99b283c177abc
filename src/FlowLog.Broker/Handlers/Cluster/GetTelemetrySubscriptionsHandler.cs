using FlowLog.Protocol.Messages;
using FlowLog.Runtime;

namespace FlowLog.Broker.Handlers.Cluster;

/// <summary>Tells clients which of their metrics are wanted: none. Not offered, but answered, so that a client that asks all the same stays quiet for a while.</summary>
internal sealed class GetTelemetrySubscriptionsHandler(IRandomness random) : ApiHandler<GetTelemetrySubscriptionsRequest>
{
    private const int PushIntervalMs = 300_000;
    private const int MaxBytes = 1024 * 1024;

    /// <inheritdoc/>
    public override bool IsAdvertised => false;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, GetTelemetrySubscriptionsRequest request) => context.Reply(new GetTelemetrySubscriptionsResponse
    {
        ClientInstanceId = request.ClientInstanceId == Guid.Empty ? random.NextGuid() : request.ClientInstanceId,
        AcceptedCompressionTypes = [4, 3, 1, 2],
        PushIntervalMs = PushIntervalMs,
        TelemetryMaxBytes = MaxBytes,
        DeltaTemporality = true,
    });
}
