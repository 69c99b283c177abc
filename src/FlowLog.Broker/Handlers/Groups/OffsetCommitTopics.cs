using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Groups;

/// <summary>Which of the partitions that offsets are committed for exist.</summary>
internal static class OffsetCommitTopics
{
    /// <summary>Puts what exists of a topic to what is taken, and the rest to what is refused.</summary>
    public static void Split(
        OffsetCommitRequest.OffsetCommitRequestTopic topic,
        bool byId,
        TopicsImage topics,
        List<OffsetCommitRequest.OffsetCommitRequestTopic> taken,
        OrderedDictionary<(string Name, Guid Id), OffsetCommitResponse.OffsetCommitResponseTopic> refused)
    {
        if ((byId ? topics.Find(topic.TopicId) : topics.Find(topic.Name)) is not { } found)
        {
            Refuse(refused, topic, topic.Partitions, byId ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition);
            return;
        }

        if (topic.Partitions.Count == 0)
            return;
        (topic.Name, topic.TopicId) = (found.Name, found.Id);
        var unknown = topic.Partitions.FindAll(partition => found.Partition(partition.PartitionIndex) is null);
        if (unknown.Count > 0)
        {
            Refuse(refused, topic, unknown, ErrorCode.UnknownTopicOrPartition);
            topic.Partitions.RemoveAll(partition => found.Partition(partition.PartitionIndex) is null);
        }

        if (topic.Partitions.Count > 0)
            taken.Add(topic);
    }

    /// <summary>A topic that comes several times in a request has one entry in the answer.</summary>
    private static void Refuse(
        OrderedDictionary<(string Name, Guid Id), OffsetCommitResponse.OffsetCommitResponseTopic> refused,
        OffsetCommitRequest.OffsetCommitRequestTopic topic,
        List<OffsetCommitRequest.OffsetCommitRequestPartition> partitions,
        ErrorCode error)
    {
        if (!refused.TryGetValue((topic.Name, topic.TopicId), out var entry))
            refused.Add((topic.Name, topic.TopicId), entry = new OffsetCommitResponse.OffsetCommitResponseTopic { Name = topic.Name, TopicId = topic.TopicId });
        foreach (var partition in partitions)
            entry.Partitions.Add(new OffsetCommitResponse.OffsetCommitResponsePartition { PartitionIndex = partition.PartitionIndex, ErrorCode = error });
    }

    /// <summary>Adds what was refused before to an answer. A topic that was asked for twice has one entry then.</summary>
    public static void Merge(OrderedDictionary<(string Name, Guid Id), OffsetCommitResponse.OffsetCommitResponseTopic> refused, OffsetCommitResponse response)
    {
        if (refused.Count == 0)
            return;
        foreach (var topic in response.Topics)
        {
            if (!refused.TryAdd((topic.Name, topic.TopicId), topic))
                refused[(topic.Name, topic.TopicId)].Partitions.AddRange(topic.Partitions);
        }

        response.Topics = [.. refused.Values];
    }
}
