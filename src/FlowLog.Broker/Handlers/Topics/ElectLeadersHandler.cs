using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using PartitionResult = FlowLog.Protocol.Messages.ElectLeadersResponse.PartitionResult;

namespace FlowLog.Broker.Handlers.Topics;

/// <summary>Elects preferred leaders. On one node every partition is led by its preferred replica already.</summary>
internal sealed class ElectLeadersHandler(CurrentImage current) : ApiHandler<ElectLeadersRequest>
{
    private const short FirstWithError = 1;
    private const sbyte Preferred = 0;
    private const sbyte Unclean = 1;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, ElectLeadersRequest request)
    {
        var image = current.Image;
        var isKnownType = request.ElectionType is Preferred or Unclean;

        // Without any time nothing is begun, and not even the type is looked at.
        var isTooLate = request.TimeoutMs <= 0 && request.TopicPartitions is not { Count: 0 };
        var response = new ElectLeadersResponse { ErrorCode = context.Version < FirstWithError ? ErrorCode.None : isTooLate ? ErrorCode.RequestTimedOut : isKnownType || request.TopicPartitions is { Count: 0 } ? ErrorCode.None : ErrorCode.InvalidRequest };
        if (request.TopicPartitions is null)
        {
            // All partitions: those that need no election are left out, and that is every one.
            if (isKnownType)
                response.ReplicaElectionResults.AddRange(image.Topics.ByName.Keys.Select(name => new ElectLeadersResponse.ReplicaElectionResult { Topic = name }));
            context.Reply(response);
            return;
        }

        foreach (var asked in request.TopicPartitions)
        {
            response.ReplicaElectionResults.Add(new ElectLeadersResponse.ReplicaElectionResult
            {
                Topic = asked.Topic,
                PartitionResult = [.. asked.Partitions.Select(partition => isTooLate
                    ? new PartitionResult { PartitionId = partition, ErrorCode = ErrorCode.RequestTimedOut, ErrorMessage = null }
                    : isKnownType ? Elect(image.Topics.Find(asked.Topic)?.Partition(partition), partition)
                    : new PartitionResult { PartitionId = partition, ErrorCode = ErrorCode.InvalidRequest, ErrorMessage = $"Unknown election type {request.ElectionType}." })],
            });
        }

        context.Reply(response);
    }

    private static PartitionResult Elect(PartitionImage? partition, int id) => partition is null
        ? new PartitionResult { PartitionId = id, ErrorCode = ErrorCode.UnknownTopicOrPartition, ErrorMessage = "There is no such partition." }
        : new PartitionResult { PartitionId = id, ErrorCode = ErrorCode.ElectionNotNeeded, ErrorMessage = "Leader election not needed for topic partition." };
}
