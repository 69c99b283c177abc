using System.Collections.Immutable;
using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Classic;

/// <summary>A request to join, with its bytes copied: the member outlives the buffer that it came in.</summary>
internal readonly struct Joining
{
    public Joining(JoinGroupRequest request, GroupCaller caller, Ticket<JoinGroupResponse> ticket)
    {
        (Request, Caller, Ticket) = (request, caller, ticket);
        Protocols = [.. request.Protocols.Select(protocol => new MemberProtocol(protocol.Name, protocol.Metadata.ToArray()))];
    }

    public JoinGroupRequest Request { get; }

    public GroupCaller Caller { get; }

    public Ticket<JoinGroupResponse> Ticket { get; }

    public ImmutableArray<MemberProtocol> Protocols { get; }

    /// <summary>The id for a member that has none yet; tells an operator whose it is.</summary>
    public string FreshMemberId => $"{Request.GroupInstanceId ?? Caller.ClientId}-{Caller.FreshId}";

    public ClassicMember Create(string memberId, long ordinal, GroupTurn turn) => new()
    {
        Id = memberId,
        InstanceId = Request.GroupInstanceId,
        ClientId = Caller.ClientId,
        ClientHost = Caller.Host,
        SessionTimeoutMs = Request.SessionTimeoutMs,
        RebalanceTimeoutMs = Request.RebalanceTimeoutMs,
        Protocols = Protocols,
        Ordinal = ordinal,
        IsNew = true,
        AwaitingJoin = Ticket,
        ExpiresAt = turn.In(turn.Settings.NewMemberJoinTimeoutMs),
    };

    /// <summary>The member as it wants to be now, waiting for the answer. A former join of the same member that still waits is told to come again.</summary>
    public ClassicMember Update(ClassicMember member, GroupTurn turn)
    {
        if (member.AwaitingJoin is { } former)
            turn.Decision.Answer(former, ClassicAnswers.JoinRefused(member.Id, ErrorCode.RebalanceInProgress));

        return member with
        {
            SessionTimeoutMs = Request.SessionTimeoutMs,
            RebalanceTimeoutMs = Request.RebalanceTimeoutMs,
            Protocols = Protocols,
            AwaitingJoin = Ticket,
        };
    }
}
