using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Offsets;

/// <summary>Committed offsets as records.</summary>
internal static class OffsetRecords
{
    /// <summary>The only version that has room for a time of expiry.</summary>
    private const short WithExpiry = 1;

    /// <summary>The version with the topic's id.</summary>
    private const short WithTopicId = 4;

    public static CoordinatorRecord Commit(string group, TopicPartition partition, CommittedOffset offset)
    {
        var value = new OffsetCommitValue
        {
            Offset = offset.Offset,
            LeaderEpoch = offset.LeaderEpoch,
            Metadata = offset.Metadata,
            CommitTimestamp = offset.CommittedAt,
            ExpireTimestamp = offset.ExpiresAt,
            TopicId = offset.TopicId,
        };
        return new CoordinatorRecord(Key(group, partition), value, offset.ExpiresAt >= 0 ? WithExpiry : WithTopicId);
    }

    public static CoordinatorRecord Tombstone(string group, TopicPartition partition) => CoordinatorRecord.Tombstone(Key(group, partition));

    private static OffsetCommitKey Key(string group, TopicPartition partition) =>
        new() { Group = group, Topic = partition.Topic, Partition = partition.Partition };
}
