using System.Net;
using FlowLog.Runtime.Network.Sockets;
using Microsoft.Extensions.Logging;

namespace FlowLog.Runtime.Network.Reactors;

/// <summary>Linux: servers on our own reactors, which start with the first listener. Clients use the runtime's sockets.</summary>
internal sealed class EpollNetwork : INetwork
{
    private readonly NetworkOptions _options;
    private readonly ILogger _log;
    private readonly Lazy<Reactor[]> _reactors;

    public EpollNetwork(NetworkOptions options, ILogger log)
    {
        _options = options;
        _log = log;
        _reactors = new Lazy<Reactor[]>(() => [.. Enumerable.Range(0, options.Reactors).Select(number => new Reactor(number, options, log))]);
    }

    public IListener Listen(string host, int port, Func<IServerConnection, IConnectionHandler> accepted) =>
        new EpollListener(BoundSocket.Open(host, port, _options.Backlog), _reactors.Value, accepted, _log);

    public ValueTask<IClientConnection> ConnectAsync(string host, int port, CancellationToken cancellation) =>
        SocketClientConnection.ConnectAsync(host, port, cancellation);

    public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation) => HostNames.ResolveAsync(host, cancellation);
}
