using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Offsets;

/// <summary>OffsetFetch, for one group, in the shape that the request has since version 8.</summary>
internal static class OffsetFetches
{
    private const long NoOffset = -1;
    private const int NoEpoch = -1;

    /// <summary>Answers from the table. A partition that was never committed is no error: it has no offset.</summary>
    /// <param name="offsets">Where the offsets are.</param>
    /// <param name="group">What is asked; no topics means all.</param>
    /// <param name="requireStable">Refuse partitions for which a transaction has yet to decide.</param>
    public static OffsetFetchResponse.OffsetFetchResponseGroup Decide(
        OffsetTable offsets,
        OffsetFetchRequest.OffsetFetchRequestGroup group,
        bool requireStable)
    {
        var answer = new OffsetFetchResponse.OffsetFetchResponseGroup { GroupId = group.GroupId };
        if (group.Topics is null)
            AnswerAll(offsets, group.GroupId, requireStable, answer);
        else
            AnswerTopics(offsets, group, requireStable, answer);

        return answer;
    }

    /// <summary>The answer that says one error about a group.</summary>
    public static OffsetFetchResponse.OffsetFetchResponseGroup Refuse(OffsetFetchRequest.OffsetFetchRequestGroup group, ErrorCode error) =>
        new() { GroupId = group.GroupId, ErrorCode = error };

    public static OffsetFetchResponse.OffsetFetchResponsePartitions Without(int partition, ErrorCode error) => new()
    {
        PartitionIndex = partition,
        CommittedOffset = NoOffset,
        CommittedLeaderEpoch = NoEpoch,
        Metadata = "",
        ErrorCode = error,
    };

    private static void AnswerTopics(
        OffsetTable offsets,
        OffsetFetchRequest.OffsetFetchRequestGroup group,
        bool requireStable,
        OffsetFetchResponse.OffsetFetchResponseGroup answer)
    {
        foreach (var topic in group.Topics!)
        {
            var answered = new OffsetFetchResponse.OffsetFetchResponseTopics { Name = topic.Name, TopicId = topic.TopicId };
            foreach (var index in topic.PartitionIndexes)
            {
                var partition = new TopicPartition(topic.Name, index);
                answered.Partitions.Add(Answer(offsets, group.GroupId, partition, topic.TopicId, requireStable));
            }

            answer.Topics.Add(answered);
        }
    }

    private static void AnswerAll(OffsetTable offsets, string group, bool requireStable, OffsetFetchResponse.OffsetFetchResponseGroup answer)
    {
        // What is only pending is not listed: nobody knows yet whether it will be there.
        foreach (var topic in offsets.Of(group).Keys.GroupBy(partition => partition.Topic).OrderBy(topic => topic.Key, StringComparer.Ordinal))
        {
            answer.Topics.Add(new OffsetFetchResponse.OffsetFetchResponseTopics
            {
                Name = topic.Key,
                Partitions = [.. topic.OrderBy(at => at.Partition).Select(at => Answer(offsets, group, at, Guid.Empty, requireStable))],
            });
        }
    }

    private static OffsetFetchResponse.OffsetFetchResponsePartitions Answer(
        OffsetTable offsets,
        string group,
        TopicPartition partition,
        Guid topicId,
        bool requireStable)
    {
        if (requireStable && offsets.Pending.Any(group, partition))
            return Without(partition.Partition, ErrorCode.UnstableOffsetCommit);

        if (offsets.Find(group, partition) is not { } offset || offset.IsOfAnother(topicId))
            return Without(partition.Partition, ErrorCode.None);

        return new OffsetFetchResponse.OffsetFetchResponsePartitions
        {
            PartitionIndex = partition.Partition,
            CommittedOffset = offset.Offset,
            CommittedLeaderEpoch = offset.LeaderEpoch,
            Metadata = offset.Metadata,
        };
    }
}
