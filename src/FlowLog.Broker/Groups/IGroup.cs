using FlowLog.Broker.Groups.Consumers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Groups;

/// <summary>What every kind of group answers about itself. Groups are immutable: a change is another group with the same id.</summary>
internal interface IGroup
{
    string Id { get; }

    /// <summary>The name of the kind, as ListGroups tells it: classic, consumer, streams.</summary>
    string TypeName { get; }

    /// <summary>The name of the state, as ListGroups and DescribeGroups tell it.</summary>
    string StateName { get; }

    /// <summary>What the members speak among each other; empty for a group that only holds offsets.</summary>
    string ProtocolTypeName { get; }

    /// <summary>No member is in it, and none is about to be.</summary>
    bool IsEmpty { get; }

    /// <summary>When time alone changes something; <see cref="Coordination.Moment.Never"/> if it does not.</summary>
    long NextDeadline { get; }

    /// <summary>True if a member reads the topic, so that its offsets are in use.</summary>
    bool IsSubscribedTo(string topic);

    /// <summary>May this caller commit offsets now?</summary>
    ErrorCode CheckCommit(in CommitClaim claim);

    /// <summary>If so: also of this one partition?</summary>
    ErrorCode CheckCommitOf(in CommitClaim claim, TopicIdPartition partition) => ErrorCode.None;

    /// <summary>May this caller read offsets now?</summary>
    ErrorCode CheckFetch(string? memberId, int memberEpoch);

    /// <summary>May an administrator delete single offsets now?</summary>
    ErrorCode CheckOffsetDeletion();

    /// <summary>May the whole group be deleted now?</summary>
    ErrorCode CheckDeletion();

    /// <summary>
    /// Since when (milliseconds since 1970) an offset that was committed at <paramref name="committedAt"/> counts as unused; null while it may not expire.
    /// </summary>
    long? UnusedSince(long committedAt);
}

/// <summary>Who says to be allowed to commit.</summary>
/// <param name="MemberId">Member id, empty if the caller is none.</param>
/// <param name="InstanceId">Id of a static member, or null.</param>
/// <param name="GenerationOrEpoch">Generation (classic) or member epoch (consumer protocol), -1 if the caller is no member.</param>
/// <param name="IsTransactional">The offsets belong to a transaction.</param>
/// <param name="ApiVersion">Version of the request, because newer errors must not reach older clients.</param>
internal readonly record struct CommitClaim(string MemberId, string? InstanceId, int GenerationOrEpoch, bool IsTransactional, short ApiVersion)
{
    /// <summary>What the offsets are of, for groups in which that makes a difference.</summary>
    public IEnumerable<TopicPartition> Partitions { get; init; } = [];
}
