using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using PartitionResult = FlowLog.Protocol.Messages.ElectLeadersResponse.PartitionResult;

namespace FlowLog.Broker.Handlers.Topics;

/// <summary>Elects preferred leaders. On one node every partition is led by its preferred replica already.</summary>
internal sealed class ElectLeadersHandler(CurrentImage current) : ApiHandler<ElectLeadersRequest>
{
    private const sbyte Preferred = 0;
    private const sbyte Unclean = 1;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, ElectLeadersRequest request)
    {
        var image = current.Image;
        var isKnownType = request.ElectionType is Preferred or Unclean;
        var response = new ElectLeadersResponse { ErrorCode = isKnownType ? ErrorCode.None : ErrorCode.InvalidRequest };
        if (request.TopicPartitions is null)
        {
            // All partitions: those that need no election are left out, and that is every one.
            response.ReplicaElectionResults.AddRange(image.Topics.ByName.Keys.Select(name => new ElectLeadersResponse.ReplicaElectionResult { Topic = name }));
            context.Reply(response);
            return;
        }

        foreach (var asked in request.TopicPartitions)
        {
            response.ReplicaElectionResults.Add(new ElectLeadersResponse.ReplicaElectionResult
            {
                Topic = asked.Topic,
                PartitionResult = [.. asked.Partitions.Select(partition => isKnownType
                    ? Elect(image.Topics.Find(asked.Topic)?.Partition(partition), partition)
                    : new PartitionResult { PartitionId = partition, ErrorCode = ErrorCode.InvalidRequest, ErrorMessage = $"Unknown election type {request.ElectionType}." })],
            });
        }

        context.Reply(response);
    }

    private static PartitionResult Elect(PartitionImage? partition, int id) => partition is null
        ? new PartitionResult { PartitionId = id, ErrorCode = ErrorCode.UnknownTopicOrPartition, ErrorMessage = "There is no such partition." }
        : new PartitionResult { PartitionId = id, ErrorCode = ErrorCode.ElectionNotNeeded, ErrorMessage = "Leader election not needed for topic partition." };
}
