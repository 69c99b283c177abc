namespace FlowLog.Client.Consuming.Groups;

/// <summary>
/// What a member does in its group: the part of the classic protocol that brokers do not look into. Called by the member's
/// own loop, one call at a time; heartbeats go on meanwhile, the rebalance waits for the answer. An exception makes the
/// member report it (<see cref="OnFailedAsync"/>) and join again after the retry back-off.
/// </summary>
public interface IGroupProtocol
{
    /// <summary>Type that all members share: "consumer", "connect".</summary>
    string ProtocolType { get; }

    /// <summary>Names and metadata to offer, the preferred first. Asked for at each join, after <see cref="OnJoiningAsync"/>.</summary>
    IReadOnlyList<GroupProtocolOffer> Offers();

    /// <summary>A (re)join is about to be sent: give up here what must not be held across it.</summary>
    ValueTask OnJoiningAsync(GroupGeneration current, CancellationToken cancellation);

    /// <summary>Only on the leader: the bytes for each member id. Members left out get empty bytes.</summary>
    ValueTask<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> AssignAsync(GroupJoined joined, CancellationToken cancellation);

    /// <summary>The assignment of a new generation.</summary>
    ValueTask OnAssignedAsync(GroupGeneration generation, ReadOnlyMemory<byte> assignment, CancellationToken cancellation);

    /// <summary>The membership ended without our doing: session timed out, fenced, poll interval missed. A rejoin follows unless fenced.</summary>
    ValueTask OnLostAsync(GroupGeneration former, FlowLogException reason, CancellationToken cancellation);

    /// <summary>Joining failed for a reason that a retry does not help, or a callback threw.</summary>
    ValueTask OnFailedAsync(Exception problem, CancellationToken cancellation);
}

/// <summary>One protocol that a member offers.</summary>
/// <param name="Name">Name that the coordinator compares.</param>
/// <param name="Metadata">Bytes for the leader.</param>
public readonly record struct GroupProtocolOffer(string Name, ReadOnlyMemory<byte> Metadata);

/// <summary>A membership in one generation.</summary>
/// <param name="Generation">Counts rebalances; -1 before the first join and after the membership was lost.</param>
/// <param name="MemberId">Given by the coordinator; empty before the first join.</param>
/// <param name="ProtocolName">Protocol that the group has agreed on, or null.</param>
/// <param name="LeaderId">Member id of the leader.</param>
public sealed record GroupGeneration(int Generation, string MemberId, string? ProtocolName, string LeaderId)
{
    /// <summary>No membership.</summary>
    public static GroupGeneration None { get; } = new(-1, "", null, "");

    /// <summary>True when this member leads.</summary>
    public bool IsLeader => Generation >= 0 && LeaderId == MemberId;
}

/// <summary>What the leader assigns from.</summary>
/// <param name="Generation">The new generation.</param>
/// <param name="Members">All members with the metadata of the agreed protocol.</param>
/// <param name="SkipAssignment">True when a static leader came back and the broker keeps the assignment: the answer is ignored (KIP-814).</param>
public sealed record GroupJoined(GroupGeneration Generation, IReadOnlyList<JoinedMember> Members, bool SkipAssignment);

/// <summary>A member as the leader sees it.</summary>
/// <param name="MemberId">Given by the coordinator.</param>
/// <param name="GroupInstanceId">Id of a static member, or null.</param>
/// <param name="Metadata">What the member offered with the agreed protocol.</param>
public sealed record JoinedMember(string MemberId, string? GroupInstanceId, ReadOnlyMemory<byte> Metadata);
