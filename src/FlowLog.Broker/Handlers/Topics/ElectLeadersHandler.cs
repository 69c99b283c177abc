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

        // Without any time nothing is begun, and not even the type is looked at. Nor is it where nothing is asked for.
        var isNothing = request.TopicPartitions is { Count: 0 };
        var isTooLate = request.TimeoutMs <= 0 && !isNothing;
        var isKnownType = request.ElectionType is Preferred or Unclean;
        var response = new ElectLeadersResponse();
        if (context.Version >= FirstWithError)
            response.ErrorCode = isTooLate ? ErrorCode.RequestTimedOut : isKnownType || isNothing ? ErrorCode.None : ErrorCode.InvalidRequest;

        // All partitions: those that need no election are left out, and that is every one.
        if (request.TopicPartitions is null && isKnownType)
            response.ReplicaElectionResults.AddRange(image.Topics.ByName.Keys.Select(name => new ElectLeadersResponse.ReplicaElectionResult { Topic = name }));
        foreach (var asked in request.TopicPartitions ?? [])
        {
            response.ReplicaElectionResults.Add(new ElectLeadersResponse.ReplicaElectionResult
            {
                Topic = asked.Topic,
                PartitionResult = asked.Partitions.ConvertAll(partition => isTooLate ? Result(partition, ErrorCode.RequestTimedOut, null)
                    : isKnownType ? Elect(image.Topics.Find(asked.Topic), asked.Topic, partition)
                    : Result(partition, ErrorCode.InvalidRequest, $"Unknown election type {request.ElectionType}")),
            });
        }

        context.Reply(response);
    }

    private static PartitionResult Elect(TopicImage? topic, string name, int partition) =>
        topic is null ? Result(partition, ErrorCode.UnknownTopicOrPartition, $"No such topic as {name}")
        : topic.Partition(partition) is null ? Result(partition, ErrorCode.UnknownTopicOrPartition, $"No such partition as {name}-{partition}")
        : Result(partition, ErrorCode.ElectionNotNeeded, "Leader election not needed for topic partition.");

    private static PartitionResult Result(int partition, ErrorCode error, string? message) => new() { PartitionId = partition, ErrorCode = error, ErrorMessage = message };
}
