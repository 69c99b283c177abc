using System.Collections.Immutable;
using FlowLog.Broker.Coordination;

namespace FlowLog.Broker.Groups.Consumers;

/// <summary>How far a member has come on the way to what it shall have. The numbers are those of the records.</summary>
internal enum MemberState : sbyte
{
    /// <summary>It has what it shall have.</summary>
    Stable = 0,

    /// <summary>It has been told to give partitions up and has not confirmed that it did.</summary>
    UnrevokedPartitions = 1,

    /// <summary>It waits for partitions that others have not given up.</summary>
    UnreleasedPartitions = 2,
}

/// <summary>One member of a consumer group. Immutable.</summary>
internal sealed record ConsumerMember(string Id)
{
    /// <summary>The epoch with which a member joins.</summary>
    public const int Joins = 0;

    /// <summary>The epoch with which a member leaves.</summary>
    public const int Leaves = -1;

    /// <summary>The epoch with which a static member leaves for a while, and has meanwhile.</summary>
    public const int LeavesForAWhile = -2;

    public string? InstanceId { get; init; }

    public string? RackId { get; init; }

    public string ClientId { get; init; } = "";

    public string ClientHost { get; init; } = "";

    public ImmutableSortedSet<string> Topics { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>A pattern of further topics; empty for none.</summary>
    public string Pattern { get; init; } = "";

    /// <summary>How long it may take to give partitions up.</summary>
    public int RebalanceTimeoutMs { get; init; } = -1;

    /// <summary>The assignor that it asks for, or null.</summary>
    public string? Assignor { get; init; }

    public int Epoch { get; init; }

    /// <summary>The epoch before: what a member says whose last answer was lost.</summary>
    public int PreviousEpoch { get; init; }

    public MemberState State { get; init; }

    /// <summary>Set if it speaks the classic protocol.</summary>
    public ClassicSide? Classic { get; init; }

    /// <summary>What it has and may keep.</summary>
    public ImmutableSortedSet<TopicIdPartition> Assigned { get; init; } = TopicIdPartition.None;

    /// <summary>What it has been told to give up.</summary>
    public ImmutableSortedSet<TopicIdPartition> Revoking { get; init; } = TopicIdPartition.None;

    /// <summary>The epochs in which it was given what it has: what it says of a partition in a later epoch than that may be old, but is its to say.</summary>
    public ImmutableDictionary<TopicIdPartition, int> Since { get; init; } = ImmutableDictionary<TopicIdPartition, int>.Empty;

    /// <summary>When it is out unless it is heard of. Not in records.</summary>
    public long SessionDeadline { get; init; } = Moment.Never;

    /// <summary>When it is out unless it has given up what it was told to. Not in records.</summary>
    public long RevocationDeadline { get; init; } = Moment.Never;

    /// <summary>When a classic member that was called to join is out unless it does. Not in records.</summary>
    public long JoinDeadline { get; init; } = Moment.Never;

    /// <summary>When a classic member that has joined is out unless it asks for its assignment. Not in records.</summary>
    public long SyncDeadline { get; init; } = Moment.Never;

    /// <summary>When it is out if nothing happens.</summary>
    public long NextDeadline => Math.Min(Math.Min(SessionDeadline, RevocationDeadline), Math.Min(JoinDeadline, SyncDeadline));

    /// <summary>The member with other partitions.</summary>
    /// <param name="kept">What it had and may keep.</param>
    /// <param name="fresh">What it is given.</param>
    /// <param name="revoking">What it had and is to give up.</param>
    /// <param name="epoch">The epoch in which it is given that.</param>
    public ConsumerMember WithPartitions(
        ImmutableSortedSet<TopicIdPartition> kept, ImmutableSortedSet<TopicIdPartition> fresh, ImmutableSortedSet<TopicIdPartition> revoking, int epoch)
    {
        var assigned = kept.Union(fresh);
        if (assigned.SetEquals(Assigned) && revoking.SetEquals(Revoking))
            return this;

        var since = ImmutableDictionary.CreateBuilder<TopicIdPartition, int>();
        foreach (var partition in kept.Union(revoking))
            since[partition] = Since.GetValueOrDefault(partition, epoch);

        foreach (var partition in fresh)
            since[partition] = epoch;

        return this with { Assigned = assigned, Revoking = revoking, Since = since.ToImmutable() };
    }

    /// <summary>What of it is written as its subscription is the same.</summary>
    public bool IsDescribedAs(ConsumerMember other) =>
        InstanceId == other.InstanceId && RackId == other.RackId && ClientId == other.ClientId && ClientHost == other.ClientHost
        && RebalanceTimeoutMs == other.RebalanceTimeoutMs && Assignor == other.Assignor && Pattern == other.Pattern && Topics.SetEquals(other.Topics)
        && (Classic is null ? other.Classic is null : Classic.IsSameAs(other.Classic));

    /// <summary>What of it is written as its present assignment is the same.</summary>
    public bool StandsAs(ConsumerMember other) =>
        Epoch == other.Epoch && PreviousEpoch == other.PreviousEpoch && State == other.State
        && Assigned.SetEquals(other.Assigned) && Revoking.SetEquals(other.Revoking);
}
