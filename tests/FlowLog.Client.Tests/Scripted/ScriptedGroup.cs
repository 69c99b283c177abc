using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Client.Tests.Scripted;

/// <summary>A classic group: a join waits until all members have joined, a sync for the leader's.</summary>
internal sealed class ScriptedGroup(TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    private readonly Dictionary<string, JoinGroupRequest> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _joined = new(StringComparer.Ordinal);
    private Dictionary<string, ReadOnlyMemory<byte>>? _assignments;
    private string _leader = "";
    private int _ids;
    private bool _isPreparing;

    public int Generation { get; private set; }

    public IReadOnlyCollection<string> Members => _members.Keys;

    /// <summary>Why members said they join, in order.</summary>
    public List<string?> Reasons { get; } = [];

    /// <summary>Throws a member out, as after a missed session time-out.</summary>
    public void Expel(string member)
    {
        if (_members.Remove(member))
            Prepare();
    }

    public async ValueTask<JoinGroupResponse> JoinAsync(JoinGroupRequest request)
    {
        if (request.MemberId.Length == 0)
            return new JoinGroupResponse { ErrorCode = ErrorCode.MemberIdRequired, MemberId = $"member-{++_ids}" };
        if (!_members.ContainsKey(request.MemberId) && _joined.Contains("gone:" + request.MemberId))
            return new JoinGroupResponse { ErrorCode = ErrorCode.UnknownMemberId, MemberId = request.MemberId };

        Reasons.Add(request.Reason);
        _members[request.MemberId] = request;
        Prepare();
        _joined.Add(request.MemberId);
        var before = Generation;
        while (_isPreparing && Generation == before)
        {
            if (_members.Keys.All(_joined.Contains))
                Complete();
            else
                await Task.Delay(Look, clock);
        }

        var isLeader = _leader == request.MemberId;
        return new JoinGroupResponse
        {
            GenerationId = Generation,
            MemberId = request.MemberId,
            Leader = _leader,
            ProtocolType = "consumer",
            ProtocolName = request.Protocols[0].Name,
            Members = isLeader
                ? [.. _members.Select(member => new JoinGroupResponse.JoinGroupResponseMember { MemberId = member.Key, Metadata = member.Value.Protocols[0].Metadata })]
                : [],
        };
    }

    public async ValueTask<SyncGroupResponse> SyncAsync(SyncGroupRequest request)
    {
        if (Check(request.MemberId, request.GenerationId) is not ErrorCode.None and var error)
            return new SyncGroupResponse { ErrorCode = error };

        if (request.MemberId == _leader)
            _assignments = request.Assignments.ToDictionary(entry => entry.MemberId, entry => entry.Assignment, StringComparer.Ordinal);
        while (_assignments is null && !_isPreparing)
            await Task.Delay(Look, clock);

        return _isPreparing
            ? new SyncGroupResponse { ErrorCode = ErrorCode.RebalanceInProgress }
            : new SyncGroupResponse { ProtocolType = "consumer", ProtocolName = request.ProtocolName, Assignment = _assignments![request.MemberId] };
    }

    public ErrorCode Check(string member, int generation) =>
        !_members.ContainsKey(member) ? ErrorCode.UnknownMemberId
        : generation != Generation ? ErrorCode.IllegalGeneration
        : _isPreparing ? ErrorCode.RebalanceInProgress
        : ErrorCode.None;

    /// <summary>Offsets may be committed while the others are still joining.</summary>
    public ErrorCode CheckCommit(string member, int generation) => Check(member, generation) is not ErrorCode.RebalanceInProgress and var error ? error : ErrorCode.None;

    public LeaveGroupResponse Leave(LeaveGroupRequest request)
    {
        foreach (var member in request.Members)
            Expel(member.MemberId);
        return new LeaveGroupResponse { Members = [.. request.Members.Select(member => new LeaveGroupResponse.MemberResponse { MemberId = member.MemberId })] };
    }

    private void Prepare()
    {
        if (_isPreparing)
            return;

        (_isPreparing, _assignments) = (true, null);
        _joined.Clear();
    }

    private void Complete()
    {
        Generation++;
        _isPreparing = false;
        if (!_members.ContainsKey(_leader))
            _leader = _members.Keys.First();
    }
}
