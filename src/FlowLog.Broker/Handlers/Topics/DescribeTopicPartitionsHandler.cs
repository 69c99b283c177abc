using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Cursor = FlowLog.Protocol.Messages.DescribeTopicPartitionsRequest.PageCursor;
using NextCursor = FlowLog.Protocol.Messages.DescribeTopicPartitionsResponse.Cursor;
using Topic = FlowLog.Protocol.Messages.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic;

namespace FlowLog.Broker.Handlers.Topics;

/// <summary>Describes topics by ascending name, page by page.</summary>
internal sealed class DescribeTopicPartitionsHandler(CurrentImage current) : ApiHandler<DescribeTopicPartitionsRequest>
{
    /// <summary>Kafka's max.request.partition.size.limit: the most partitions on a page, whatever is asked for.</summary>
    private const int LongestPage = 2000;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, DescribeTopicPartitionsRequest request) => context.Reply(Answer(current.Image, request));

    private static DescribeTopicPartitionsResponse Answer(ClusterImage image, DescribeTopicPartitionsRequest request)
    {
        var names = request.Topics.Count > 0 ? request.Topics.Select(topic => topic.Name) : image.Topics.ByName.Keys;
        var cursor = request.Cursor;
        var isForeign = cursor is not null && request.Topics.Count > 0 && !names.Contains(cursor.TopicName);

        // On the first page Kafka fails over a topic without a name; behind a cursor it is a topic with an invalid one.
        var error = cursor?.PartitionIndex < 0 || isForeign ? ErrorCode.InvalidRequest
            : cursor is null && request.Topics.Exists(topic => topic.Name.Length == 0) ? ErrorCode.UnknownServerError : ErrorCode.None;
        if (error != ErrorCode.None)
            return new DescribeTopicPartitionsResponse { Topics = [.. request.Topics.Select(topic => new Topic { Name = topic.Name, ErrorCode = error })] };
        return Page(image, names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), cursor, Math.Clamp(request.ResponsePartitionLimit, 1, LongestPage));
    }

    private static DescribeTopicPartitionsResponse Page(ClusterImage image, IEnumerable<string> names, Cursor? cursor, int room)
    {
        var response = new DescribeTopicPartitionsResponse();
        foreach (var name in names.SkipWhile(name => cursor is not null && string.CompareOrdinal(name, cursor.TopicName) < 0))
        {
            if (room == 0)
            {
                response.NextCursor = new NextCursor { TopicName = name, PartitionIndex = 0 };
                break;
            }

            var first = cursor?.TopicName == name ? cursor.PartitionIndex : 0;
            if (image.Topics.Find(name) is not { } topic)
            {
                response.Topics.Add(Missing(name));
                continue;
            }

            // Kafka adds the two without looking whether they fit: a cursor near the end of all numbers makes an empty page, and a next one that is below 0.
            var end = Math.Min(topic.Partitions.Length, unchecked(first + room));
            var shown = topic.Partitions.Take(first..Math.Max(end, first)).ToList();
            response.Topics.Add(Describe(image, topic, shown));
            room -= shown.Count;
            if (end < topic.Partitions.Length)
            {
                response.NextCursor = new NextCursor { TopicName = name, PartitionIndex = end };
                break;
            }
        }

        return response;
    }

    private static Topic Missing(string name) => new()
    {
        Name = name,
        ErrorCode = TopicNames.Check(name)?.Code ?? ErrorCode.UnknownTopicOrPartition,
        IsInternal = TopicNames.IsInternal(name),
        TopicAuthorizedOperations = AuthorizedOperations.Topic,
    };

    private static Topic Describe(ClusterImage image, TopicImage topic, IEnumerable<PartitionImage> partitions) => new()
    {
        Name = topic.Name,
        TopicId = topic.Id,
        IsInternal = TopicNames.IsInternal(topic.Name),
        TopicAuthorizedOperations = AuthorizedOperations.Topic,
        Partitions = [.. partitions.Select(partition => new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition
        {
            ErrorCode = partition.Leader == PartitionImage.NoLeader ? ErrorCode.LeaderNotAvailable : ErrorCode.None,
            PartitionIndex = partition.Id,
            LeaderId = partition.Leader,
            LeaderEpoch = partition.LeaderEpoch,
            ReplicaNodes = [.. partition.Replicas],
            IsrNodes = [.. partition.Isr],
            EligibleLeaderReplicas = [.. partition.EligibleLeaders],
            LastKnownElr = [.. partition.LastKnownEligible],
            OfflineReplicas = [.. partition.Replicas.Where(id => !image.Brokers.TryGetValue(id, out var broker) || broker.IsFenced)],
        })],
    };
}
