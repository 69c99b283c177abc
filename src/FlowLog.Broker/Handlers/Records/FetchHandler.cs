using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Loops;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>Sends batches as they lie, from the file, with long polls that cost no thread.</summary>
internal sealed class FetchHandler(FetchReading reading, FetchSessions sessions, ITimers timers, CurrentImage current, BrokerConfigs broker)
    : ApiHandler<FetchRequest>
{
    private const sbyte ReadCommitted = 1;
    private const short FirstWithReplicaState = 15;

    /// <summary>A replica that moves to another directory of its broker: no consumer, and nothing is kept from it.</summary>
    private const int LocalReplica = -3;

    private const short FirstWithLeaders = 16;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, FetchRequest request)
    {
        if (FetchSessions.IsBeyondShards(request.SessionId))
        {
            context.Reply(Refuse(request, context.Version));
            return;
        }

        if (FetchPlan.Make(sessions, request, context.Version, out var error) is not { } plan)
        {
            context.Reply(new FetchResponse { ErrorCode = error });
            return;
        }

        if (request.IsolationLevel is not (0 or ReadCommitted) && plan.Targets.Any(target => reading.Find(target, FetchPlan.ByIds(context.Version)) is not null))
        {
            context.Reply(Refuse(request, context.Version));
            return;
        }

        var replicaId = context.Version >= FirstWithReplicaState ? request.ReplicaState.ReplicaId : request.ReplicaId;
        var limits = new FetchLimits(
            Math.Min(request.MaxBytes, broker.Int32(current.Image.Configs, "fetch.max.bytes")),
            FetchPlan.ByIds(context.Version),
            request.IsolationLevel == ReadCommitted && replicaId != LocalReplica,
            context.Version >= FirstWithLeaders,
            replicaId);
        new WaitingFetch(context, reading, plan, limits, request.MinBytes, request.SessionId).Start(timers, request.MaxWaitMs);
    }

    /// <summary>An isolation level or a session that cannot be. Versions that name topics have no room for an error of the whole, so that every partition gets it.</summary>
    private static FetchResponse Refuse(FetchRequest request, short version)
    {
        var response = new FetchResponse { ErrorCode = ErrorCode.UnknownServerError, SessionId = request.SessionId };
        if (FetchPlan.ByIds(version))
            return response;
        foreach (var topic in request.Topics)
        {
            response.Responses.Add(new FetchResponse.FetchableTopicResponse
            {
                Topic = topic.Topic,
                Partitions = [.. topic.Partitions.Select(partition => new FetchResponse.PartitionData
                {
                    PartitionIndex = partition.Partition,
                    ErrorCode = ErrorCode.UnknownServerError,
                    HighWatermark = -1,
                    AbortedTransactions = [],
                    Records = new RecordBytes(ReadOnlyMemory<byte>.Empty),
                })],
            });
        }

        return response;
    }
}
