using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Consuming.Assignors;

/// <summary>What a member tells the leader.</summary>
public sealed record MemberSubscription
{
    /// <summary>Topics it wants.</summary>
    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>Its assignor's own bytes.</summary>
    public ReadOnlyMemory<byte>? UserData { get; init; }

    /// <summary>Partitions it holds; empty below version 1 of the subscription.</summary>
    public IReadOnlyList<TopicPartition> OwnedPartitions { get; init; } = [];

    /// <summary>Generation in which it got them (version 2), or null.</summary>
    public int? Generation { get; init; }

    /// <summary>Its rack (version 3), or null.</summary>
    public string? Rack { get; init; }

    /// <summary>Id of a static member, or null.</summary>
    public string? GroupInstanceId { get; init; }
}
