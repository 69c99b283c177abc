using System.Collections.Immutable;
using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Groups.Classic;

/// <summary>
/// A group whose members agree among themselves who does what; the broker only gathers them, picks a leader, and hands the leader's
/// assignment round. Immutable. What members say (<see cref="ClassicMember.Protocols"/>) is opaque unless the protocol type is "consumer".
/// </summary>
/// <remarks>
/// Only what <see cref="ClassicRecords"/> writes survives the coordinator; who waits, who is pending and every deadline do not.
/// The rules are elsewhere: joining in <see cref="ClassicJoin"/>, the phases of a rebalance in <see cref="ClassicRebalance"/>,
/// handing out in <see cref="ClassicSync"/>, and so on.
/// </remarks>
internal sealed record ClassicGroup(string Id) : IGroup
{
    public const string ConsumerProtocolType = "consumer";

    public ClassicState State { get; init; } = ClassicState.Empty;

    /// <summary>When <see cref="State"/> was entered, milliseconds since 1970; -1 if an old record did not tell.</summary>
    public long StateSince { get; init; } = -1;

    public string? ProtocolType { get; init; }

    public int Generation { get; init; }

    /// <summary>The protocol that was chosen for this generation.</summary>
    public string? Protocol { get; init; }

    public string? LeaderId { get; init; }

    public MemberSet Members { get; init; } = MemberSet.None;

    /// <summary>Ids given out for a second join that has not come yet, with when they lapse.</summary>
    public ImmutableSortedDictionary<string, long> Pending { get; init; } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>Set while members are gathered.</summary>
    public Gathering? Gathering { get; init; }

    /// <summary>Members of this generation that have not asked for their assignment yet.</summary>
    public ImmutableSortedSet<string> PendingSync { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>When those who have not asked are expelled.</summary>
    public long SyncDeadline { get; init; } = Moment.Never;

    /// <summary>Topics that the members of a consumer group read; null if it cannot be known.</summary>
    public ImmutableHashSet<string>? Topics { get; init; }

    public long NextOrdinal { get; init; }

    public string TypeName => "classic";

    public string StateName => State.ToString();

    public string ProtocolTypeName => ProtocolType ?? "";

    public bool IsEmpty => State == ClassicState.Empty;

    public bool IsConsumers => ProtocolType == ConsumerProtocolType;

    /// <summary>The longest that any member asks to be waited for.</summary>
    public int RebalanceTimeoutMs => Members.Count == 0 ? 0 : Members.All.Max(member => member.RebalanceTimeoutMs);

    public bool EveryoneHasJoined => Members.Count == Members.AwaitingJoin && Pending.IsEmpty;

    public long NextDeadline
    {
        get
        {
            var next = Math.Min(Gathering?.Deadline ?? Moment.Never, SyncDeadline);
            foreach (var member in Members.All)
                next = Math.Min(next, member.Deadline);

            foreach (var lapse in Pending.Values)
                next = Math.Min(next, lapse);

            return next;
        }
    }

    public ClassicGroup Enter(ClassicState state, Moment now) => this with { State = state, StateSince = now.UnixMs };

    public ClassicGroup With(ClassicMember member) => this with { Members = Members.With(member) };

    public bool IsLeader(string memberId) => LeaderId == memberId;

    /// <summary>Members of a group share its type and at least one protocol; the first member sets both.</summary>
    public bool Accepts(string protocolType, ImmutableArray<MemberProtocol> protocols) => State == ClassicState.Empty
        ? protocolType.Length > 0 && protocols.Length > 0
        : ProtocolType == protocolType && protocols.Any(protocol => Members.AllKnow(protocol.Name));

    /// <summary>Is <paramref name="memberId"/> the one that it says to be? A static member that was replaced is told so.</summary>
    public ErrorCode CheckMember(string memberId, string? instanceId)
    {
        if (instanceId is not null)
        {
            if (Members.IdOfInstance(instanceId) is not { } current)
                return ErrorCode.UnknownMemberId;

            if (current != memberId)
                return ErrorCode.FencedInstanceId;
        }

        return Members.Contains(memberId) ? ErrorCode.None : ErrorCode.UnknownMemberId;
    }

    public ErrorCode CheckCommit(in CommitClaim claim)
    {
        if (claim.GenerationOrEpoch < 0 && State == ClassicState.Empty)
            return ErrorCode.None;

        if (claim.GenerationOrEpoch >= 0 || claim.MemberId.Length > 0 || claim.InstanceId is not null)
        {
            if (CheckMember(claim.MemberId, claim.InstanceId) is var error and not ErrorCode.None)
                return error;

            if (claim.GenerationOrEpoch != Generation)
                return ErrorCode.IllegalGeneration;
        }
        else if (!claim.IsTransactional)
        {
            // Older transactional clients do not say who they are; everybody else must, once there are members.
            return ErrorCode.UnknownMemberId;
        }

        return !claim.IsTransactional && State == ClassicState.CompletingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    public ErrorCode CheckFetch(string? memberId, int memberEpoch) => ErrorCode.None;

    public ErrorCode CheckOffsetDeletion() => State == ClassicState.Empty || IsConsumers ? ErrorCode.None : ErrorCode.NonEmptyGroup;

    public ErrorCode CheckDeletion() => State == ClassicState.Empty ? ErrorCode.None : ErrorCode.NonEmptyGroup;

    public bool IsSubscribedTo(string topic) => Topics?.Contains(topic) ?? IsConsumers;

    public long? UnusedSince(long committedAt)
    {
        if (ProtocolType is null)
            return committedAt;

        if (State == ClassicState.Empty)
            return Math.Max(StateSince, committedAt);

        return State == ClassicState.Stable && IsConsumers && Topics is not null ? committedAt : null;
    }
}

/// <summary>The time during which members may join a coming generation.</summary>
/// <param name="Deadline">When it ends, joined or not.</param>
/// <param name="Initial">Set for the first members of an empty group, which wait for more to come.</param>
internal sealed record Gathering(long Deadline, InitialDelay? Initial);

/// <summary>The delay with which an empty group starts: a deployment of many members should cost one rebalance, not one for each.</summary>
/// <param name="DelayMs">The delay that runs.</param>
/// <param name="RemainingMs">How much longer it may be drawn out.</param>
/// <param name="Extend">Somebody joined meanwhile.</param>
internal sealed record InitialDelay(int DelayMs, int RemainingMs, bool Extend);
