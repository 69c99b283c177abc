using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Client.Consuming.Groups;

/// <summary>The requests of the classic group protocol, in whatever version the coordinator speaks.</summary>
internal sealed class GroupRequests(GroupMemberOptions options, ClusterLink link)
{
    // The coordinator answers a join only when all members have joined, or the rebalance time-out has passed.
    private static readonly TimeSpan s_joinGrace = TimeSpan.FromSeconds(5);

    public string GroupId => options.GroupId;

    public ValueTask<JoinGroupResponse> JoinAsync(
        string memberId, string protocolType, IReadOnlyList<GroupProtocolOffer> offers, string? reason, CancellationToken cancellation) =>
        AskAsync(Lane.Coordinator, connection => new JoinGroupRequest
        {
            GroupId = options.GroupId,
            SessionTimeoutMs = (int)options.SessionTimeout.TotalMilliseconds,
            RebalanceTimeoutMs = (int)options.RebalanceTimeout.TotalMilliseconds,
            MemberId = memberId,
            GroupInstanceId = InstanceId(connection, ApiKey.JoinGroup, from: 5),
            ProtocolType = protocolType,
            Protocols = [.. offers.Select(offer => new JoinGroupRequest.JoinGroupRequestProtocol { Name = offer.Name, Metadata = offer.Metadata })],
            Reason = reason,
        }, Longer(options.RebalanceTimeout + s_joinGrace), cancellation);

    public ValueTask<SyncGroupResponse> SyncAsync(
        GroupGeneration generation, string protocolType, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> assignments, CancellationToken cancellation) =>
        AskAsync(Lane.Coordinator, connection => new SyncGroupRequest
        {
            GroupId = options.GroupId,
            GenerationId = generation.Generation,
            MemberId = generation.MemberId,
            GroupInstanceId = InstanceId(connection, ApiKey.SyncGroup, from: 3),
            ProtocolType = protocolType,
            ProtocolName = generation.ProtocolName,
            Assignments = [.. assignments.Select(entry => new SyncGroupRequest.SyncGroupRequestAssignment { MemberId = entry.Key, Assignment = entry.Value })],
        }, Longer(options.RebalanceTimeout + s_joinGrace), cancellation);

    public ValueTask<HeartbeatResponse> HeartbeatAsync(GroupGeneration generation, CancellationToken cancellation) =>
        AskAsync(Lane.Coordinator, connection => new HeartbeatRequest
        {
            GroupId = options.GroupId,
            GenerationId = generation.Generation,
            MemberId = generation.MemberId,
            GroupInstanceId = InstanceId(connection, ApiKey.Heartbeat, from: 3),
        }, options.RequestTimeout, cancellation);

    public ValueTask<LeaveGroupResponse> LeaveAsync(string memberId, string reason, CancellationToken cancellation) =>
        // Not behind a join that still waits at the broker.
        AskAsync(Lane.General, connection => connection.Versions.Choose(ApiKey.LeaveGroup) < 3
            ? new LeaveGroupRequest { GroupId = options.GroupId, MemberId = memberId }
            : new LeaveGroupRequest
            {
                GroupId = options.GroupId,
                Members = [new LeaveGroupRequest.MemberIdentity { MemberId = memberId, GroupInstanceId = options.GroupInstanceId, Reason = reason }],
            }, options.RequestTimeout, cancellation);

    /// <summary>Throws unless the code is none; a coordinator that has moved is forgotten.</summary>
    public void Check(ErrorCode code) => link.CheckCoordinator(CoordinatorType.Group, options.GroupId, code);

    private ValueTask<TResponse> AskAsync<TResponse>(Lane lane, Func<BrokerConnection, IRequest<TResponse>> request, TimeSpan timeout, CancellationToken cancellation)
        where TResponse : class, IResponse, new() =>
        link.AskCoordinatorAsync(CoordinatorType.Group, options.GroupId, lane, request, timeout, cancellation);

    private TimeSpan Longer(TimeSpan timeout) => timeout > options.RequestTimeout ? timeout : options.RequestTimeout;

    private string? InstanceId(BrokerConnection connection, ApiKey api, short from)
    {
        if (options.GroupInstanceId is not null && connection.Versions.Choose(api) < from)
            throw Failures.Of(ErrorCode.UnsupportedVersion, "group.instance.id is set, and the broker is too old for static members");
        return options.GroupInstanceId;
    }
}
