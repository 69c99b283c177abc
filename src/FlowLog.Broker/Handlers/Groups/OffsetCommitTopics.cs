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
        List<OffsetCommitResponse.OffsetCommitResponseTopic> refused)
    {
        if ((byId ? topics.Find(topic.TopicId) : topics.Find(topic.Name)) is not { } found)
        {
            refused.Add(Refused(topic, topic.Partitions, byId ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition));
            return;
        }

        (topic.Name, topic.TopicId) = (found.Name, found.Id);
        var unknown = topic.Partitions.FindAll(partition => found.Partition(partition.PartitionIndex) is null);
        if (unknown.Count > 0)
        {
            refused.Add(Refused(topic, unknown, ErrorCode.UnknownTopicOrPartition));
            topic.Partitions.RemoveAll(unknown.Contains);
        }

        if (topic.Partitions.Count > 0 || unknown.Count == 0)
            taken.Add(topic);
    }

    private static OffsetCommitResponse.OffsetCommitResponseTopic Refused(
        OffsetCommitRequest.OffsetCommitRequestTopic topic,
        List<OffsetCommitRequest.OffsetCommitRequestPartition> partitions,
        ErrorCode error) => new()
        {
            Name = topic.Name,
            TopicId = topic.TopicId,
            Partitions =
            [
                .. partitions.Select(partition => new OffsetCommitResponse.OffsetCommitResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = error,
                }),
            ],
        };

    /// <summary>Adds what was refused before to an answer.</summary>
    public static void Merge(List<OffsetCommitResponse.OffsetCommitResponseTopic> refused, OffsetCommitResponse response)
    {
        foreach (var topic in refused)
        {
            if (response.Topics.Find(answered => answered.Name == topic.Name && answered.TopicId == topic.TopicId) is { } answered)
                answered.Partitions.AddRange(topic.Partitions);
            else
                response.Topics.Add(topic);
        }
    }
}
