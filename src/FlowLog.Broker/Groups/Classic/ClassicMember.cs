using System.Collections.Immutable;
using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Classic;

/// <summary>A way of assigning that a member knows, with what it wants to tell the leader. The bytes mean nothing to the broker.</summary>
internal sealed record MemberProtocol(string Name, ReadOnlyMemory<byte> Metadata);

/// <summary>One member of a classic group.</summary>
internal sealed record ClassicMember
{
    public required string Id { get; init; }

    /// <summary>Id that survives a restart of the client, or null for a dynamic member.</summary>
    public string? InstanceId { get; init; }

    public required string ClientId { get; init; }

    public required string ClientHost { get; init; }

    public required int SessionTimeoutMs { get; init; }

    public required int RebalanceTimeoutMs { get; init; }

    /// <summary>In the order of the member's preference.</summary>
    public required ImmutableArray<MemberProtocol> Protocols { get; init; }

    public ReadOnlyMemory<byte> Assignment { get; init; }

    /// <summary>
    /// Set between the group's leaving the consumer protocol and the first assignment of a leader, if the member has something else than it was to get: what
    /// it has until it is told. This is what is written.
    /// </summary>
    public ReadOnlyMemory<byte>? Held { get; init; }

    /// <summary>Position in the order of joining: the longest member is the first choice for leader.</summary>
    public long Ordinal { get; init; }

    /// <summary>True until the first join is answered: until then it does not know its id and cannot send heartbeats.</summary>
    public bool IsNew { get; init; }

    public Ticket<JoinGroupResponse>? AwaitingJoin { get; init; }

    public Ticket<SyncGroupResponse>? AwaitingSync { get; init; }

    /// <summary>When the session ends if nothing is heard.</summary>
    public long ExpiresAt { get; init; } = Moment.Never;

    /// <summary>
    /// Whoever waits for an answer cannot send heartbeats and does not expire. A new member does all the same: its connection may be
    /// gone, and it would be waited for in every rebalance to come.
    /// </summary>
    public long Deadline => !IsNew && (AwaitingJoin is not null || AwaitingSync is not null) ? Moment.Never : ExpiresAt;

    public bool IsStatic => InstanceId is not null;

    public ReadOnlyMemory<byte> MetadataFor(string? protocol)
    {
        foreach (var known in Protocols)
        {
            if (known.Name == protocol)
                return known.Metadata;
        }

        return default;
    }

    /// <summary>Same protocols with the same metadata in the same order: joining again changes nothing.</summary>
    public bool Speaks(ImmutableArray<MemberProtocol> protocols)
    {
        if (protocols.Length != Protocols.Length)
            return false;

        for (var i = 0; i < protocols.Length; i++)
        {
            if (protocols[i].Name != Protocols[i].Name || !protocols[i].Metadata.Span.SequenceEqual(Protocols[i].Metadata.Span))
                return false;
        }

        return true;
    }
}
