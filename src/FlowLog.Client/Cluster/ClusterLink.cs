using System.Collections.Concurrent;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Cluster;

/// <summary>A client's way to the cluster: connections to whoever is responsible, and what is known about that.</summary>
internal sealed class ClusterLink : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(CoordinatorType Kind, string Key), BrokerAddress> _coordinators = new();
    private readonly ILogger _log;

    public ClusterLink(ClientOptions options, World world, ILogger log, bool createsTopics)
    {
        options.ThrowIfWrong();
        (Options, World, _log) = (options, world, log);
        Connections = new BrokerConnections(options, world, log);
        Metadata = new MetadataUpdates(options, world, Connections, createsTopics, log);
        Retries = new Retries(options, world);
    }

    public ClientOptions Options { get; }

    public World World { get; }

    public TimeProvider Clock => World.Clock;

    public BrokerConnections Connections { get; }

    public MetadataUpdates Metadata { get; }

    public Retries Retries { get; }

    /// <summary>A broker by node id.</summary>
    /// <exception cref="FlowLogException">It is not part of the cluster, as far as known, or cannot be reached.</exception>
    public ValueTask<BrokerConnection> ToNodeAsync(int nodeId, Lane lane, CancellationToken cancellation)
    {
        if (Metadata.Current.Broker(nodeId) is { } broker)
            return Connections.GetAsync(broker.Address, lane, cancellation);

        Metadata.Request();
        throw Failures.Of(ErrorCode.LeaderNotAvailable, $"Broker {nodeId} is not known to be alive");
    }

    /// <summary>The leader of a partition, with its node id.</summary>
    public int LeaderOf(TopicPartition partition)
    {
        if (Metadata.Current.Partition(partition) is { HasLeader: true } known)
            return known.Leader;

        Metadata.Want([partition.Topic]);
        Metadata.Request();
        throw Failures.Of(ErrorCode.LeaderNotAvailable, $"{partition} has no leader that is known");
    }

    /// <summary>Any broker.</summary>
    public async ValueTask<BrokerConnection> ToAnyAsync(CancellationToken cancellation)
    {
        var metadata = await Metadata.KnownAsync(cancellation);
        var broker = metadata.Brokers.OrderBy(broker => Connections.IsConnected(broker.Address) ? 0 : Connections.IsSuspect(broker.Address) ? 2 : 1).First();
        return await ReachAsync(broker.Address, cancellation);
    }

    /// <summary>The broker that takes administrative requests.</summary>
    public async ValueTask<BrokerConnection> ToControllerAsync(CancellationToken cancellation)
    {
        var metadata = await Metadata.KnownAsync(cancellation);
        return metadata.Broker(metadata.ControllerId) is { } controller
            ? await ReachAsync(controller.Address, cancellation)
            : await ToAnyAsync(cancellation);
    }

    /// <summary>Who cannot be reached may be gone for good: the metadata are asked for again, of all brokers and of the bootstrap list, which also tells the user.</summary>
    private async ValueTask<BrokerConnection> ReachAsync(BrokerAddress address, CancellationToken cancellation)
    {
        try
        {
            return await Connections.GetAsync(address, Lane.General, cancellation);
        }
        catch (FlowLogException)
        {
            Metadata.Request();
            throw;
        }
    }

    /// <summary>The coordinator of a group or of a transactional id, looked up when it is not known.</summary>
    public async ValueTask<BrokerConnection> ToCoordinatorAsync(CoordinatorType kind, string key, Lane lane, CancellationToken cancellation)
    {
        if (!_coordinators.TryGetValue((kind, key), out var address))
        {
            var any = await ToAnyAsync(cancellation);
            address = await FindAsync(any, kind, key, cancellation);
            _coordinators[(kind, key)] = address;
            _log.CoordinatorFound(kind, key, address);
        }

        try
        {
            return await Connections.GetAsync(address, lane, cancellation);
        }
        catch (FlowLogException)
        {
            Forget(kind, key);
            throw;
        }
    }

    /// <summary>Forgets a coordinator: it said that it is none, or does not answer.</summary>
    public void Forget(CoordinatorType kind, string key) => _coordinators.TryRemove((kind, key), out _);

    /// <summary>Forgets the coordinator when the error means that it has moved or is gone, then throws unless there is no error.</summary>
    public void CheckCoordinator(CoordinatorType kind, string key, ErrorCode code)
    {
        if (code is ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable)
            Forget(kind, key);
        Retries.Check(code);
    }

    /// <summary>Asks a coordinator once; a broken connection makes it forgotten.</summary>
    public async ValueTask<TResponse> AskCoordinatorAsync<TResponse>(
        CoordinatorType kind, string key, Lane lane, Func<BrokerConnection, IRequest<TResponse>> request, TimeSpan timeout, CancellationToken cancellation,
        short newest = short.MaxValue)
        where TResponse : class, IResponse, new()
    {
        var connection = await ToCoordinatorAsync(kind, key, lane, cancellation);
        try
        {
            var made = request(connection);
            return await connection.SendAsync(made, connection.Versions.Choose(made.Key, newest), timeout, cancellation);
        }
        catch (FlowLogException problem) when (problem.Code is ErrorCode.NetworkException or ErrorCode.RequestTimedOut)
        {
            Forget(kind, key);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Metadata.DisposeAsync();
        await Connections.DisposeAsync();
    }

    private async ValueTask<BrokerAddress> FindAsync(BrokerConnection any, CoordinatorType kind, string key, CancellationToken cancellation)
    {
        var version = any.Versions.Choose(ApiKey.FindCoordinator);
        var request = new FindCoordinatorRequest { KeyType = (sbyte)kind };
        if (version >= 4)
            request.CoordinatorKeys = [key];
        else
            request.Key = key;

        var response = await any.SendAsync(request, version, Options.RequestTimeout, cancellation);
        if (version < 4)
        {
            Retries.Check(response.ErrorCode, response.ErrorMessage);
            return new BrokerAddress(response.Host, response.Port);
        }

        var found = response.Coordinators.Find(coordinator => coordinator.Key == key)
            ?? throw Failures.Of(ErrorCode.CoordinatorNotAvailable, $"The answer says nothing about {key}");
        Retries.Check(found.ErrorCode, found.ErrorMessage);
        return new BrokerAddress(found.Host, found.Port);
    }
}
