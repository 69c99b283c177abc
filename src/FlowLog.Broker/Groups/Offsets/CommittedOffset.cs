using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Offsets;

/// <summary>How far a group has come in one partition.</summary>
/// <param name="Offset">The next record to read.</param>
/// <param name="LeaderEpoch">Epoch of the record before, -1 if the client did not say.</param>
/// <param name="Metadata">What the client wanted to remember with it.</param>
/// <param name="CommittedAt">Milliseconds since 1970.</param>
/// <param name="ExpiresAt">Milliseconds since 1970; only clients older than Kafka 2.1 say it. -1: the broker's rule applies.</param>
/// <param name="TopicId">The topic that was meant, empty if it is known by name only.</param>
/// <param name="WrittenAt">Offset of the record in the coordinator's own partition: of two commits the later record wins.</param>
internal sealed record CommittedOffset(
    long Offset,
    int LeaderEpoch,
    string Metadata,
    long CommittedAt,
    long ExpiresAt,
    Guid TopicId,
    long WrittenAt)
{
    public static CommittedOffset FromRecord(OffsetCommitValue value, long writtenAt) => new(
        value.Offset,
        value.LeaderEpoch,
        value.Metadata,
        value.CommitTimestamp,
        value.ExpireTimestamp,
        value.TopicId,
        writtenAt);

    /// <summary>The offset belongs to a topic of that name that has been deleted since.</summary>
    public bool IsOfAnother(Guid topicId) => TopicId != Guid.Empty && topicId != Guid.Empty && TopicId != topicId;
}
