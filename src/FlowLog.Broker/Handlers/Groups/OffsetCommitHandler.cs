using FlowLog.Broker.Groups;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Groups;

/// <summary>OffsetCommit: what topics and partitions there are is known here, everything else to the group. One bad partition does not stop the others.</summary>
internal sealed class OffsetCommitHandler(GroupCoordinator groups, CurrentImage current) : GroupApiHandler<OffsetCommitRequest>(groups)
{
    /// <summary>The first version that names topics by id only.</summary>
    private const short ById = 10;

    protected override void Handle(RequestContext context, OffsetCommitRequest request)
    {
        var topics = current.Image.Topics;
        var refused = new List<OffsetCommitResponse.OffsetCommitResponseTopic>();
        var taken = new List<OffsetCommitRequest.OffsetCommitRequestTopic>();
        foreach (var topic in request.Topics)
            Split(topic, context.Version >= ById, topics, taken, refused);

        if (taken.Count == 0)
        {
            context.Reply(new OffsetCommitResponse { Topics = refused });
            return;
        }

        request.Topics = taken;
        Groups.Commit(request, context.Version, response =>
        {
            Merge(refused, response);
            context.Reply(response);
        });
    }

    private static void Split(
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

    private static void Merge(List<OffsetCommitResponse.OffsetCommitResponseTopic> refused, OffsetCommitResponse response)
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
