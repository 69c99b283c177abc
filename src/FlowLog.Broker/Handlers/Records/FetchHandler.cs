using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Protocol.Messages;
using FlowLog.Runtime.Loops;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>Sends batches as they lie, from the file, with long polls that cost no thread.</summary>
internal sealed class FetchHandler(FetchReading reading, FetchSessions sessions, ITimers timers, CurrentImage current, BrokerConfigs broker)
    : ApiHandler<FetchRequest>
{
    private const sbyte ReadCommitted = 1;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, FetchRequest request)
    {
        if (FetchPlan.Make(sessions, request, context.Version, out var error) is not { } plan)
        {
            context.Reply(new FetchResponse { ErrorCode = error });
            return;
        }

        var limits = new FetchLimits(
            Math.Min(request.MaxBytes, broker.Int32(current.Image.Configs, "fetch.max.bytes")),
            FetchPlan.ByIds(context.Version),
            request.IsolationLevel == ReadCommitted,
            context.Version >= 15 ? request.ReplicaState.ReplicaId : request.ReplicaId);
        new WaitingFetch(context, reading, plan, limits, request.MinBytes).Start(timers, request.MaxWaitMs);
    }
}
