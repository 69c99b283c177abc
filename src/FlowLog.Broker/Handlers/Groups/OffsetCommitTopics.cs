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
            Refuse(refused, topic, topic.Partitions, byId, byId ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition);
            return;
        }

        (topic.Name, topic.TopicId) = (found.Name, found.Id);
        var unknown = topic.Partitions.FindAll(partition => found.Partition(partition.PartitionIndex) is null);
        if (unknown.Count > 0)
        {
            Refuse(refused, topic, unknown, byId, ErrorCode.UnknownTopicOrPartition);
            topic.Partitions.RemoveAll(unknown.Contains);
        }

        if (topic.Partitions.Count > 0 || unknown.Count == 0)
            taken.Add(topic);
    }

    /// <summary>A topic that comes several times in a request has one entry in the answer.</summary>
    private static void Refuse(
        List<OffsetCommitResponse.OffsetCommitResponseTopic> refused,
        OffsetCommitRequest.OffsetCommitRequestTopic topic,
        List<OffsetCommitRequest.OffsetCommitRequestPartition> partitions,
        bool byId,
        ErrorCode error)
    {
        var entry = refused.Find(known => byId ? known.TopicId == topic.TopicId : known.Name == topic.Name);
        if (entry is null)
            refused.Add(entry = new OffsetCommitResponse.OffsetCommitResponseTopic { Name = topic.Name, TopicId = topic.TopicId });
        foreach (var partition in partitions)
            entry.Partitions.Add(new OffsetCommitResponse.OffsetCommitResponsePartition { PartitionIndex = partition.PartitionIndex, ErrorCode = error });
    }

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
