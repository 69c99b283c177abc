using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Asked = FlowLog.Protocol.Messages.AlterPartitionReassignmentsRequest.ReassignablePartition;

namespace FlowLog.Broker.Handlers.Topics;

/// <summary>Moves partitions to other brokers. On one node every partition is where it can be, so nothing ever moves.</summary>
internal sealed class AlterPartitionReassignmentsHandler(CurrentImage current) : ApiHandler<AlterPartitionReassignmentsRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, AlterPartitionReassignmentsRequest request)
    {
        var image = current.Image;
        var isTooLate = request.TimeoutMs <= 0 && request.Topics.Count > 0;
        var response = new AlterPartitionReassignmentsResponse
        {
            AllowReplicationFactorChange = request.AllowReplicationFactorChange || request.Topics.Count == 0 || isTooLate,
            ErrorCode = isTooLate ? ErrorCode.RequestTimedOut : ErrorCode.None,
            ErrorMessage = request.Topics.Count == 0 ? "" : null,
        };
        foreach (var topic in request.Topics)
        {
            response.Responses.Add(new AlterPartitionReassignmentsResponse.ReassignableTopicResponse
            {
                Name = topic.Name, Partitions = [.. topic.Partitions.Select(asked => isTooLate ? TooLate(asked) : Move(image, topic.Name, asked))],
            });
        }

        context.Reply(response);
    }

    private static AlterPartitionReassignmentsResponse.ReassignablePartitionResponse Move(ClusterImage image, string topic, Asked asked)
    {
        var refusal = Check(image, topic, asked);
        return new AlterPartitionReassignmentsResponse.ReassignablePartitionResponse
        {
            PartitionIndex = asked.PartitionIndex,
            ErrorCode = refusal?.Code ?? ErrorCode.None,
            ErrorMessage = string.IsNullOrEmpty(refusal?.Message) ? null : refusal.Message,
        };
    }

    private static AlterPartitionReassignmentsResponse.ReassignablePartitionResponse TooLate(Asked asked) =>
        new() { PartitionIndex = asked.PartitionIndex, ErrorCode = ErrorCode.RequestTimedOut, ErrorMessage = null };

    private static Refusal? Check(ClusterImage image, string topic, Asked asked)
    {
        if (image.Topics.Find(topic) is not { } found)
            return new Refusal(ErrorCode.UnknownTopicOrPartition, $"Unable to find a topic named {topic}.");
        if (found.Partition(asked.PartitionIndex) is not { } partition)
            return new Refusal(ErrorCode.UnknownTopicOrPartition, $"Unable to find partition {topic}:{asked.PartitionIndex}.");
        if (asked.Replicas is null)
            return new Refusal(ErrorCode.NoReassignmentInProgress, "");
        return Placement.Check(image, asked.Replicas, factor: null)
            ?? (asked.Replicas.SequenceEqual(partition.Replicas)
                ? null
                : new Refusal(ErrorCode.InvalidReplicaAssignment, "This version runs one broker: there is nowhere to move a partition to."));
    }
}
