using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Offsets;

/// <summary>OffsetCommit: the caller may or may not commit at all; each partition then stands for itself.</summary>
internal static class OffsetCommits
{
    /// <summary>Adds the records of everything that can be committed, and gives the answer. The caller has been checked.</summary>
    public static OffsetCommitResponse Decide(OffsetCommitRequest request, GroupTurn turn)
    {
        var response = new OffsetCommitResponse();
        foreach (var topic in request.Topics)
        {
            var answered = new OffsetCommitResponse.OffsetCommitResponseTopic { Name = topic.Name, TopicId = topic.TopicId };
            foreach (var partition in topic.Partitions)
            {
                answered.Partitions.Add(new OffsetCommitResponse.OffsetCommitResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = Commit(request, topic, partition, turn),
                });
            }

            response.Topics.Add(answered);
        }

        return response;
    }

    /// <summary>The answer that says one error about everything that was asked.</summary>
    public static OffsetCommitResponse Refuse(OffsetCommitRequest request, ErrorCode error) => new()
    {
        Topics =
        [
            .. request.Topics.Select(topic => new OffsetCommitResponse.OffsetCommitResponseTopic
            {
                Name = topic.Name,
                TopicId = topic.TopicId,
                Partitions =
                [
                    .. topic.Partitions.Select(partition => new OffsetCommitResponse.OffsetCommitResponsePartition
                    {
                        PartitionIndex = partition.PartitionIndex,
                        ErrorCode = error,
                    }),
                ],
            }),
        ],
    };

    private static ErrorCode Commit(
        OffsetCommitRequest request,
        OffsetCommitRequest.OffsetCommitRequestTopic topic,
        OffsetCommitRequest.OffsetCommitRequestPartition partition,
        GroupTurn turn)
    {
        if (partition.CommittedMetadata?.Length > turn.Settings.OffsetMetadataMaxLength)
            return ErrorCode.OffsetMetadataTooLarge;

        var offset = new CommittedOffset(
            partition.CommittedOffset,
            partition.CommittedLeaderEpoch,
            partition.CommittedMetadata ?? "",
            turn.Now.UnixMs,
            request.RetentionTimeMs < 0 ? -1 : turn.Now.UnixMs + request.RetentionTimeMs,
            topic.TopicId,
            -1);
        turn.Decision.Add(OffsetRecords.Commit(request.GroupId, new TopicPartition(topic.Name, partition.PartitionIndex), offset));
        return ErrorCode.None;
    }
}
