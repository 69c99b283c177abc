using FlowLog.Client;
using FlowLog.Client.Consuming.Groups;
using FlowLog.Connect.Offsets;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Herding;

/// <summary>What the herder hears from the group, on the group's loop.</summary>
internal interface IGroupListener
{
    /// <summary>A round is complete.</summary>
    void Assigned(int generation, bool leads, Assignment assignment, Workload allocation);

    /// <summary>Everything must be stopped before the call completes: others may get it.</summary>
    ValueTask GiveUpEverythingAsync(CancellationToken cancellation);
}

/// <summary>The worker's side of the group: tells what it runs, and as leader decides who runs what.</summary>
internal sealed class WorkerGroup(ConnectWorkerOptions options, string url, ConfigLog config, IGroupListener listener, TimeProvider clock, ILogger log) : IGroupProtocol
{
    private readonly IncrementalAssignor _assignor = new(options.ScheduledRebalanceMaxDelay);
    private Workload _allocation = Workload.Nothing;
    private int _lastGeneration = -1;

    public string ProtocolType => "connect";

    public IReadOnlyList<GroupProtocolOffer> Offers()
    {
        var state = new MemberState(url, config.Image.Offset, _allocation);
        return [.. ConnectProtocols.Offered(options.ConnectProtocol).Select(protocol => new GroupProtocolOffer(protocol.GroupName(), state.Write(protocol)))];
    }

    public async ValueTask OnJoiningAsync(GroupGeneration current, CancellationToken cancellation)
    {
        await RefreshAsync(cancellation);
        if (current.ProtocolName is { } name && ConnectProtocols.ByGroupName(name) == ConnectProtocol.Eager)
        {
            await listener.GiveUpEverythingAsync(cancellation);
            _allocation = Workload.Nothing;
        }
    }

    public async ValueTask<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> AssignAsync(GroupJoined joined, CancellationToken cancellation)
    {
        var protocol = ConnectProtocols.ByGroupName(joined.Generation.ProtocolName ?? "");
        var members = joined.Members.ToDictionary(member => member.MemberId, member => MemberState.Read(member.Metadata), StringComparer.Ordinal);
        var newest = members.Values.Max(member => member.ConfigOffset);
        if (config.Image.Offset < newest)
            await RefreshAsync(cancellation);

        var image = config.Image;
        var assignments = image.Offset < newest
            ? members.Keys.ToDictionary(member => member, _ => Mismatch(joined, newest), StringComparer.Ordinal)
            : Assign(protocol, joined, members, image);
        return assignments.ToDictionary(entry => entry.Key, entry => (ReadOnlyMemory<byte>)entry.Value.Write(protocol), StringComparer.Ordinal);
    }

    public ValueTask OnAssignedAsync(GroupGeneration generation, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var assignment = Assignment.Read(bytes);
        var eager = ConnectProtocols.ByGroupName(generation.ProtocolName ?? "") == ConnectProtocol.Eager;
        _allocation = eager ? assignment.Assigned : _allocation.Except(assignment.Revoked).Union(assignment.Assigned);
        _lastGeneration = generation.Generation;
        listener.Assigned(generation.Generation, generation.IsLeader, assignment, _allocation);
        return default;
    }

    public async ValueTask OnLostAsync(GroupGeneration former, FlowLogException reason, CancellationToken cancellation)
    {
        log.GroupLost(reason);
        await listener.GiveUpEverythingAsync(cancellation);
        _allocation = Workload.Nothing;
    }

    public ValueTask OnFailedAsync(Exception problem, CancellationToken cancellation)
    {
        log.JoiningFailed(problem);
        return default;
    }

    private Dictionary<string, Assignment> Assign(
        ConnectProtocol protocol, GroupJoined joined, Dictionary<string, MemberState> members, ConfigImage image)
    {
        var leader = joined.Generation.MemberId;
        var configured = Workload.Of(image.Connectors.Select(connector => connector.Name), image.Connectors.SelectMany(connector => connector.TaskIds));
        if (protocol == ConnectProtocol.Eager)
        {
            return EagerAssignor.Assign(members.Keys, configured).ToDictionary(
                entry => entry.Key,
                entry => new Assignment(AssignmentError.None, leader, members[leader].Url, image.Offset, entry.Value, Workload.Nothing, 0),
                StringComparer.Ordinal);
        }

        var running = members.ToDictionary(member => member.Key, member => member.Value.Allocation, StringComparer.Ordinal);
        var round = _assignor.Assign(running, configured, _lastGeneration, joined.Generation.Generation, clock.GetUtcNow().ToUnixTimeMilliseconds());
        return members.Keys.ToDictionary(
            member => member,
            member => new Assignment(
                AssignmentError.None, leader, members[leader].Url, image.Offset, round.Assigned[member], round.Revoked[member], (int)round.Delay.TotalMilliseconds),
            StringComparer.Ordinal);
    }

    private Assignment Mismatch(GroupJoined joined, long newest) =>
        new(AssignmentError.ConfigMismatch, joined.Generation.MemberId, url, newest, Workload.Nothing, Workload.Nothing, 0);

    // Joining with what is known is better than not joining: the offsets tell the leader who lags behind.
    private async ValueTask RefreshAsync(CancellationToken cancellation)
    {
        try
        {
            await config.RefreshAsync(cancellation).AsTask().WaitAsync(options.WorkerSyncTimeout, clock, cancellation);
        }
        catch (Exception problem) when (problem is TimeoutException or FlowLogException)
        {
            log.ConfigNotRead(options.WorkerSyncTimeout, problem);
        }
    }
}
