using System.Collections.Concurrent;
using FlowLog.Runtime;

namespace FlowLog.Client.Cluster;

/// <summary>The connections of one client: one per address and lane, opened when first needed.</summary>
internal sealed class BrokerConnections(ClientOptions options, World world) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(BrokerAddress Address, Lane Lane), BrokerEndpoint> _endpoints = new();
    private readonly Backoff _backoff = new(options.ReconnectBackoff, options.ReconnectBackoffMax, world.Random);
    private volatile bool _disposed;

    /// <summary>The connection to a broker, once it stands.</summary>
    /// <exception cref="FlowLogException">It cannot be reached now.</exception>
    public ValueTask<BrokerConnection> GetAsync(BrokerAddress address, Lane lane, CancellationToken cancellation) =>
        Endpoint(address, lane).GetAsync(cancellation);

    /// <summary>True when a general connection stands, or none was tried in vain.</summary>
    public bool IsConnected(BrokerAddress address) => Endpoint(address, Lane.General).IsConnected;

    /// <summary>True when the last attempt to connect failed.</summary>
    public bool IsSuspect(BrokerAddress address) => Endpoint(address, Lane.General).IsSuspect;

    /// <summary>Closes connections to addresses that are no longer part of the cluster.</summary>
    public async ValueTask KeepOnlyAsync(IReadOnlySet<BrokerAddress> addresses)
    {
        foreach (var key in _endpoints.Keys)
            if (!addresses.Contains(key.Address) && _endpoints.TryRemove(key, out var endpoint))
                await endpoint.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        foreach (var endpoint in _endpoints.Values)
            await endpoint.DisposeAsync();
    }

    private BrokerEndpoint Endpoint(BrokerAddress address, Lane lane)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _endpoints.GetOrAdd((address, lane), key => new BrokerEndpoint(key.Address, world.Clock, _backoff, OpenAsync));
    }

    private async ValueTask<BrokerConnection> OpenAsync(BrokerAddress address, CancellationToken cancellation)
    {
        using var time = new CancellationTokenSource(options.ConnectTimeout, world.Clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        return await BrokerConnection.OpenAsync(world.Network, address, world.Clock, options.ClientId, options.RequestTimeout, limit.Token);
    }
}
