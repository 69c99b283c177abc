using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Offsets;

/// <summary>The ways in which offsets go: deleted one by one, with their group, with their topic, or by age.</summary>
internal static class OffsetDeletions
{
    /// <summary>OffsetDelete of a group that allows it: topics that a member reads are refused.</summary>
    public static OffsetDeleteResponse Decide(OffsetTable offsets, IGroup group, OffsetDeleteRequest request, Decision decision)
    {
        var response = new OffsetDeleteResponse();
        foreach (var topic in request.Topics)
        {
            var error = group.IsSubscribedTo(topic.Name) ? ErrorCode.GroupSubscribedToTopic : ErrorCode.None;
            var answered = new OffsetDeleteResponse.OffsetDeleteResponseTopic { Name = topic.Name };
            foreach (var partition in topic.Partitions)
            {
                if (error == ErrorCode.None)
                    Forget(offsets, group.Id, new TopicPartition(topic.Name, partition.PartitionIndex), decision);

                answered.Partitions.Add(new OffsetDeleteResponse.OffsetDeleteResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = error,
                });
            }

            response.Topics.Add(answered);
        }

        return response;
    }

    /// <summary>Tombstones for everything that a group has committed, open transactions included.</summary>
    public static void ForgetGroup(OffsetTable offsets, string group, Decision decision)
    {
        foreach (var partition in offsets.Of(group).Keys.Concat(offsets.Pending.Of(group)).Distinct())
            decision.Add(OffsetRecords.Tombstone(group, partition));
    }

    /// <summary>Tombstones for the offsets of all groups in topics that were deleted.</summary>
    public static void ForgetTopics(OffsetTable offsets, IReadOnlySet<string> topics, Decision decision)
    {
        foreach (var group in offsets.Groups.Concat(offsets.Pending.Groups).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            foreach (var partition in offsets.Of(group).Keys.Concat(offsets.Pending.Of(group)).Distinct())
            {
                if (topics.Contains(partition.Topic))
                    decision.Add(OffsetRecords.Tombstone(group, partition));
            }
        }
    }

    /// <summary>Tombstones for the offsets of a group that nobody has needed for long. True if none are left, and none are to come.</summary>
    public static bool Expire(OffsetTable offsets, IGroup group, GroupTurn turn)
    {
        var left = offsets.Pending.Any(group.Id);
        foreach (var (partition, offset) in offsets.Of(group.Id))
        {
            if (IsExpired(group, partition, offset, turn) && !offsets.Pending.Any(group.Id, partition))
                turn.Decision.Add(OffsetRecords.Tombstone(group.Id, partition));
            else
                left = true;
        }

        return !left;
    }

    private static bool IsExpired(IGroup group, TopicPartition partition, CommittedOffset offset, GroupTurn turn)
    {
        if (group.IsSubscribedTo(partition.Topic) || group.UnusedSince(offset.CommittedAt) is not { } since)
            return false;

        return offset.ExpiresAt >= 0
            ? turn.Now.UnixMs >= offset.ExpiresAt
            : turn.Now.UnixMs - since >= turn.Settings.OffsetsRetentionMs;
    }

    private static void Forget(OffsetTable offsets, string group, TopicPartition partition, Decision decision)
    {
        // What an open transaction has goes too: its end does not bring it back.
        if (offsets.Find(group, partition) is not null || offsets.Pending.Any(group, partition))
            decision.Add(OffsetRecords.Tombstone(group, partition));
    }
}
