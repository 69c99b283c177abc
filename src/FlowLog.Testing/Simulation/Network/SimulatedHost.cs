using System.Net;
using FlowLog.Runtime.Network;

namespace FlowLog.Testing.Simulation.Network;

/// <summary>One end of a connection, as its host keeps it.</summary>
internal interface ISimulatedEnd
{
    /// <summary>The machine at the other end.</summary>
    SimulatedHost Peer { get; }

    /// <summary>The connection is reset, and both ends hear of it.</summary>
    void Break();

    /// <summary>The process is gone: nothing is called any more.</summary>
    /// <param name="silently">Whether the peer hears of it only when it sends something.</param>
    void Die(bool silently);
}

/// <summary>A machine's place in the network.</summary>
internal sealed class SimulatedHost(SimulatedNetwork network, string name, IPAddress address) : INetwork
{
    private const int FirstListenerPort = 30_000;
    private const int FirstClientPort = 40_000;

    private readonly Dictionary<int, SimulatedListener> _listeners = [];
    private int _ports;

    public string Name { get; } = name;

    public IPAddress Address { get; } = address;

    public List<ISimulatedEnd> Connections { get; } = [];

    public IListener Listen(string host, int port, Func<IServerConnection, IConnectionHandler> accepted)
    {
        if (host.Length > 0 && Resolve(host) != this)
            throw new NetworkException($"Cannot listen on {host}:{port}: it is not an address of {Name}.");

        if (port == 0)
            port = FirstListenerPort + _ports++;

        if (_listeners.ContainsKey(port))
            throw new NetworkException($"listen on {host}:{port}", NetworkException.AddressInUse);

        var listener = new SimulatedListener(this, new IPEndPoint(Address, port), accepted);
        _listeners.Add(port, listener);
        return listener;
    }

    public async ValueTask<IClientConnection> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        var peer = Resolve(host) ?? throw NoSuchHost(host);
        await CrossAsync(this, peer, cancellation);
        await CrossAsync(peer, this, cancellation);
        return peer._listeners.TryGetValue(port, out var listener)
            ? Connect(peer, listener)
            : throw new NetworkException($"Cannot connect to {host}:{port}: nobody listens there.");
    }

    public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var address))
            return ValueTask.FromResult<IReadOnlyList<IPAddress>>([address]);

        return Resolve(host) is { } found
            ? ValueTask.FromResult<IReadOnlyList<IPAddress>>([found.Address])
            : ValueTask.FromException<IReadOnlyList<IPAddress>>(NoSuchHost(host));
    }

    public void Close(SimulatedListener listener) => _listeners.Remove(listener.EndPoint.Port);

    /// <summary>Everything that ran here is gone.</summary>
    /// <param name="silently">Whether the others are left to find out by themselves.</param>
    public void Crash(bool silently)
    {
        _listeners.Clear();
        foreach (var connection in Connections.ToArray())
            connection.Die(silently);

        Connections.Clear();
    }

    private static NetworkException NoSuchHost(string host) => new($"Cannot resolve '{host}': no machine has this name.");

    private SimulatedClientConnection Connect(SimulatedHost peer, SimulatedListener listener)
    {
        var (there, back) = (new SimulatedPipe(network, this, peer), new SimulatedPipe(network, peer, this));
        var client = new SimulatedClientConnection(this, peer, listener.EndPoint, back, there);
        _ = new SimulatedServerConnection(network, peer, this, listener, new IPEndPoint(Address, FirstClientPort + _ports++), there, back);
        return client;
    }

    private SimulatedHost? Resolve(string host) => host is "localhost" or "127.0.0.1" or "::1" ? this : network.Find(host);

    private async Task CrossAsync(SimulatedHost from, SimulatedHost to, CancellationToken cancellation)
    {
        await network.DelayAsync(cancellation);
        while (network.IsCut(from, to))
            await network.WhenMendedAsync(from, to).WaitAsync(Timeout.InfiniteTimeSpan, cancellation);
    }
}
