using System.Collections.Concurrent;
using FlowLog.Protocol.Errors;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Cluster;

/// <summary>The connections of one client: one per address and lane, opened when first needed.</summary>
internal sealed class BrokerConnections(ClientOptions options, World world, ILogger log) : IAsyncDisposable
{
    /// <summary>From when on a broker that does not answer is worth a word: a person in front of a screen begins to wonder.</summary>
    private static readonly TimeSpan s_worthAWord = TimeSpan.FromSeconds(1.5);

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
        var opening = new Opening(address, log);
        await using var watch = world.Clock.CreateTimer(static opening => ((Opening)opening!).TellSlow(s_worthAWord), opening, s_worthAWord, Timeout.InfiniteTimeSpan);
        try
        {
            return await BrokerConnection.OpenAsync(world.Network, address, world.Clock, options.ClientId, options.RequestTimeout, opening.Connected, limit.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new FlowLogException(ErrorCode.NetworkException, opening.TooLate(options.ConnectTimeout), isRetriable: true, late);
        }
    }

    /// <summary>How far an attempt has come, for those who wait for it.</summary>
    private sealed class Opening(BrokerAddress address, ILogger log)
    {
        private volatile bool _isConnected;

        public void Connected() => _isConnected = true;

        public void TellSlow(TimeSpan after) => log.BrokerIsSlow(Told(after));

        public string TooLate(TimeSpan limit) => Told(limit);

        private string Told(TimeSpan after) => _isConnected
            ? $"{address} took the connection and has not answered for {after.TotalSeconds:0.#} s: perhaps it is no Kafka broker, or wants TLS"
            : $"Cannot connect to {address}: no answer for {after.TotalSeconds:0.#} s";
    }
}
