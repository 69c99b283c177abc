using System.Collections.Immutable;

namespace FlowLog.Broker.Metadata.Images;

/// <summary>One partition as the cluster agreed on it.</summary>
internal sealed record PartitionImage
{
    /// <summary>The leader when there is none.</summary>
    public const int NoLeader = -1;

    /// <summary>Its number in the topic.</summary>
    public required int Id { get; init; }

    /// <summary>Brokers that hold it, the preferred leader first.</summary>
    public required ImmutableArray<int> Replicas { get; init; }

    /// <summary>Those of them that hold everything committed.</summary>
    public required ImmutableArray<int> Isr { get; init; }

    /// <summary>The log directory of each replica, in the order of <see cref="Replicas"/>.</summary>
    public ImmutableArray<Guid> Directories { get; init; } = [];

    /// <summary>Replicas that a reassignment takes away.</summary>
    public ImmutableArray<int> Removing { get; init; } = [];

    /// <summary>Replicas that a reassignment brings.</summary>
    public ImmutableArray<int> Adding { get; init; } = [];

    /// <summary>Out of the in-sync set, yet safe to lead (KIP-966).</summary>
    public ImmutableArray<int> EligibleLeaders { get; init; } = [];

    /// <summary>The last known eligible leaders (KIP-966).</summary>
    public ImmutableArray<int> LastKnownEligible { get; init; } = [];

    /// <summary>The broker that takes writes, <see cref="NoLeader"/> when none does.</summary>
    public required int Leader { get; init; }

    /// <summary>Counts the leaderships.</summary>
    public required int LeaderEpoch { get; init; }

    /// <summary>Counts the changes of this record.</summary>
    public required int PartitionEpoch { get; init; }

    /// <summary>1 while a leader that was elected uncleanly recovers.</summary>
    public sbyte LeaderRecoveryState { get; init; }
}
