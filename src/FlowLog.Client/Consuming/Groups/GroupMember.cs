using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Consuming.Groups;

/// <summary>
/// A membership in a classic group. One loop joins, syncs and calls the <see cref="IGroupProtocol"/>; another sends heartbeats as
/// long as there is a generation, whatever the first one is waiting for.
/// </summary>
public sealed class GroupMember : IGroupMember
{
    private static readonly IReadOnlyDictionary<string, ReadOnlyMemory<byte>> s_noAssignments = new Dictionary<string, ReadOnlyMemory<byte>>();

    private readonly GroupMemberOptions _options;
    private readonly IGroupProtocol _protocol;
    private readonly ClusterLink _link;
    private readonly bool _ownsLink;
    private readonly ILogger _log;
    private readonly GroupRequests _requests;
    private readonly AsyncSignal _wake;
    private readonly AsyncSignal _beat;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _closingBeats = new();
    private readonly Lock _gate = new();
    private Task _joining = Task.CompletedTask;
    private Task _beating = Task.CompletedTask;
    private GroupGeneration _current = GroupGeneration.None;
    private GroupGeneration _beatFor = GroupGeneration.None;
    private string _memberId = "";
    private string? _rejoinReason = "first join";
    private FlowLogException? _lostReason;
    private bool _isSuspended;
    private bool _isStarted;

    /// <summary>A member with connections of its own.</summary>
    /// <exception cref="OptionsException">The options contradict each other.</exception>
    public GroupMember(GroupMemberOptions options, IGroupProtocol protocol, World? world = null, ILoggerFactory? loggers = null)
        : this(options, protocol, new ClusterLink(options, world ?? World.Real(loggers), Log(loggers), createsTopics: false), Log(loggers), ownsLink: true)
    {
    }

    internal GroupMember(GroupMemberOptions options, IGroupProtocol protocol, ClusterLink link, ILogger log, bool ownsLink = false)
    {
        (_options, _protocol, _link, _log, _ownsLink) = (options, protocol, link, log, ownsLink);
        _requests = new GroupRequests(options, link);
        _wake = new AsyncSignal(link.Clock);
        _beat = new AsyncSignal(link.Clock);
    }

    /// <inheritdoc/>
    public GroupGeneration Current
    {
        get
        {
            lock (_gate)
                return _current;
        }
    }

    /// <inheritdoc/>
    public void Start()
    {
        lock (_gate)
        {
            if (_isStarted)
                return;
            _isStarted = true;
        }

        _joining = RunAsync();
        _beating = BeatAsync();
    }

    /// <inheritdoc/>
    public void RequestRejoin(string reason)
    {
        lock (_gate)
            _rejoinReason ??= reason;
        _wake.Set();
    }

    /// <inheritdoc/>
    public async ValueTask LeaveAsync(string reason, bool remain = false, CancellationToken cancellation = default)
    {
        await StopAsync();
        var former = Forget(keepMemberId: false);
        if (!remain)
            await SendLeaveAsync(former.MemberId, reason, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _wake.Dispose();
        _beat.Dispose();
        _closing.Dispose();
        _closingBeats.Dispose();
        if (_ownsLink)
            await _link.DisposeAsync();
    }

    /// <summary>Leaves because the application does not answer, and stays out until <see cref="Resume"/>.</summary>
    internal void Suspend(FlowLogException reason)
    {
        lock (_gate)
        {
            if (_isSuspended)
                return;
            (_isSuspended, _beatFor) = (true, GroupGeneration.None);
        }

        Lose(reason);
    }

    /// <summary>Joins again after <see cref="Suspend"/>.</summary>
    internal void Resume()
    {
        lock (_gate)
        {
            if (!_isSuspended)
                return;
            _isSuspended = false;
        }

        _wake.Set();
    }

    /// <summary>Ends joining and callbacks; heartbeats keep what membership there is.</summary>
    internal async ValueTask StopJoiningAsync()
    {
        if (!_closing.IsCancellationRequested)
            _closing.Cancel();
        _wake.Set();
        await _joining;
    }

    /// <summary>The coordinator has refused this generation; the loop tells the protocol and joins again.</summary>
    internal void Lose(FlowLogException reason)
    {
        lock (_gate)
            _lostReason ??= reason;
        _wake.Set();
    }

    /// <summary>As <see cref="Lose"/>, unless the refusal is about a generation that this member has already left by itself; then false.</summary>
    internal bool LoseGeneration(int generation, FlowLogException reason)
    {
        lock (_gate)
            if (reason.Code != ErrorCode.FencedInstanceId && _beatFor.Generation != generation)
                return false;

        Lose(reason);
        return true;
    }

    private static ILogger Log(ILoggerFactory? loggers) => (loggers ?? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance).CreateLogger<GroupMember>();

    private async ValueTask StopAsync()
    {
        await StopJoiningAsync();
        if (!_closingBeats.IsCancellationRequested)
            _closingBeats.Cancel();
        _beat.Set();
        await _beating;
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        var failures = 0;
        while (!_closing.IsCancellationRequested)
            try
            {
                await StepAsync();
                failures = 0;
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem) when (problem is not OutOfMemoryException)
            {
                failures++;
                if (!await RecoverAsync(problem, failures))
                    return;
            }
    }

    /// <summary>One thing at a time: a lost membership is told first, then a join is made, then there is nothing to do but wait.</summary>
    private async ValueTask StepAsync()
    {
        var (lost, join) = NextStep();
        if (lost is not null)
            await TellLostAsync(lost);
        else if (join is not null)
            await JoinAsync(join);
        else
            await _wake.WaitAsync(Timeout.InfiniteTimeSpan);
    }

    private (FlowLogException? Lost, string? Join) NextStep()
    {
        lock (_gate)
        {
            if (_lostReason is { } lost)
            {
                _lostReason = null;
                _rejoinReason ??= lost.Message;
                return (lost, null);
            }

            return _isSuspended ? (null, null) : (null, _rejoinReason);
        }
    }

    private async ValueTask TellLostAsync(FlowLogException reason)
    {
        // With an old generation the member id is still good, and joining with it spares the group the wait for a ghost.
        var former = Forget(keepMemberId: reason.Code == ErrorCode.IllegalGeneration);
        _log.MembershipLost(_options.GroupId, former.MemberId, former.Generation, reason.Message);
        if (_options.GroupInstanceId is null && reason.Code == ErrorCode.None)
            await SendLeaveAsync(former.MemberId, reason.Message, _closing.Token);

        await _protocol.OnLostAsync(former, reason, _closing.Token);
        if (reason.Code == ErrorCode.FencedInstanceId)
            throw reason;
    }

    /// <summary>The membership is gone: nothing beats for it any more.</summary>
    private GroupGeneration Forget(bool keepMemberId)
    {
        lock (_gate)
        {
            var former = _current with { MemberId = _memberId };
            (_current, _beatFor, _memberId) = (GroupGeneration.None, GroupGeneration.None, keepMemberId ? _memberId : "");
            return former;
        }
    }

    private async ValueTask JoinAsync(string reason)
    {
        await _protocol.OnJoiningAsync(Current, _closing.Token);
        var joined = await SendJoinAsync(reason);
        if (joined is null)
            return;

        var assignments = s_noAssignments;
        if (joined.Generation.IsLeader && joined.Members.Count > 0)
            assignments = await _protocol.AssignAsync(joined, _closing.Token);

        if (await SendSyncAsync(joined.Generation, joined.SkipAssignment ? s_noAssignments : assignments) is not { } assignment)
            return;

        lock (_gate)
            _current = joined.Generation;
        _log.Joined(_options.GroupId, joined.Generation.MemberId, joined.Generation.Generation, joined.Generation.IsLeader);
        await _protocol.OnAssignedAsync(joined.Generation, assignment, _closing.Token);
    }

    private async ValueTask<GroupJoined?> SendJoinAsync(string reason)
    {
        // What is asked for from here on is asked for after this join.
        lock (_gate)
            (_rejoinReason, _beatFor) = (null, GroupGeneration.None);

        JoinGroupResponse response;
        try
        {
            response = await _requests.JoinAsync(_memberId, _protocol.ProtocolType, _protocol.Offers(), reason, _closing.Token);
            while (response.ErrorCode == ErrorCode.MemberIdRequired)
            {
                lock (_gate)
                    _memberId = response.MemberId;
                response = await _requests.JoinAsync(response.MemberId, _protocol.ProtocolType, _protocol.Offers(), reason, _closing.Token);
            }
        }
        catch
        {
            RequestRejoin(reason);
            throw;
        }

        if (response.ErrorCode != ErrorCode.None)
        {
            RequestRejoin(reason);
            return Refused(response.ErrorCode) ? null : throw Failures.Of(response.ErrorCode, $"Cannot join group {_options.GroupId}");
        }

        var generation = new GroupGeneration(response.GenerationId, response.MemberId, response.ProtocolName, response.Leader);
        lock (_gate)
            (_memberId, _beatFor) = (response.MemberId, generation);
        _beat.Set();
        return new GroupJoined(generation, [.. response.Members.Select(member => new JoinedMember(member.MemberId, member.GroupInstanceId, member.Metadata))], response.SkipAssignment);
    }

    private async ValueTask<ReadOnlyMemory<byte>?> SendSyncAsync(GroupGeneration generation, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> assignments)
    {
        SyncGroupResponse response;
        try
        {
            response = await _requests.SyncAsync(generation, _protocol.ProtocolType, assignments, _closing.Token);
        }
        catch
        {
            RequestRejoin("the sync got no answer");
            throw;
        }

        if (response.ErrorCode == ErrorCode.None)
            return response.Assignment;

        RequestRejoin($"the sync was refused: {response.ErrorCode}");
        if (response.ErrorCode == ErrorCode.RebalanceInProgress || Refused(response.ErrorCode))
            return null;

        throw Failures.Of(response.ErrorCode, $"Cannot get an assignment in group {_options.GroupId}");
    }

    /// <summary>True when the coordinator does not know the membership (any more), which the next step tells the protocol.</summary>
    private bool Refused(ErrorCode code)
    {
        if (code is not (ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration or ErrorCode.FencedInstanceId))
        {
            if (code is ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable)
                _link.Forget(CoordinatorType.Group, _options.GroupId);
            return false;
        }

        if (Current.Generation >= 0 || code == ErrorCode.FencedInstanceId)
            Lose(Failures.Of(code, $"Group {_options.GroupId} does not know the member any more"));
        else
            Forget(keepMemberId: code == ErrorCode.IllegalGeneration);
        return true;
    }

    /// <summary>After a failure: waits and goes on, or reports and gives up.</summary>
    private async ValueTask<bool> RecoverAsync(Exception problem, int failures)
    {
        var passes = problem is FlowLogException { IsRetriable: true };
        _log.JoinFailed(_options.GroupId, problem.Message);
        try
        {
            if (!passes)
                await _protocol.OnFailedAsync(problem, _closing.Token);
            if (problem is FlowLogException { IsRetriable: false })
            {
                Forget(keepMemberId: false);
                return false;
            }

            RequestRejoin("after a failure: " + problem.Message);
            await Task.Delay(_link.Retries.After(failures), _link.Clock, _closing.Token);
            return true;
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task BeatAsync()
    {
        await Task.Yield();
        var failures = 0;
        while (!_closingBeats.IsCancellationRequested)
        {
            try
            {
                await _beat.WaitAsync(failures == 0 ? _options.HeartbeatInterval : _link.Retries.After(failures));
                GroupGeneration generation;
                lock (_gate)
                    generation = _beatFor;
                if (generation.Generation < 0 || _closingBeats.IsCancellationRequested)
                    continue;

                Take(generation, (await _requests.HeartbeatAsync(generation, _closingBeats.Token)).ErrorCode);
                failures = 0;
            }
            catch (Exception problem) when (problem is FlowLogException or OperationCanceledException or ObjectDisposedException)
            {
                // The coordinator decides on the membership, so silence is no reason to give it up; the next beat asks for the coordinator again.
                failures++;
                if (!_closingBeats.IsCancellationRequested)
                    _log.HeartbeatFailed(_options.GroupId, problem.Message);
            }
            catch (Exception mistake) when (mistake is not OutOfMemoryException)
            {
                failures = 0;
                _log.HeartbeatBroken(_options.GroupId, mistake);
            }
        }
    }

    private void Take(GroupGeneration generation, ErrorCode code)
    {
        lock (_gate)
            if (_beatFor.Generation != generation.Generation || _beatFor.MemberId != generation.MemberId)
                return;

        switch (code)
        {
            case ErrorCode.None:
                return;
            case ErrorCode.RebalanceInProgress:
                RequestRejoin("group is already rebalancing");
                return;
            case ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration or ErrorCode.FencedInstanceId:
                lock (_gate)
                    _beatFor = GroupGeneration.None;
                Lose(Failures.Of(code, $"Group {_options.GroupId} does not know the member any more"));
                return;
            default:
                _requests.Check(code);
                return;
        }
    }

    private async ValueTask SendLeaveAsync(string memberId, string reason, CancellationToken cancellation)
    {
        if (memberId.Length == 0)
            return;

        try
        {
            await _requests.LeaveAsync(memberId, reason, cancellation);
        }
        catch (Exception problem) when (problem is FlowLogException or OperationCanceledException)
        {
            // The session time-out does the same, later.
            _log.LeaveFailed(_options.GroupId, problem.Message);
        }
    }
}
