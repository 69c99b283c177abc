using System.Net;

namespace FlowLog.Runtime.Network;

/// <summary>Everything that can be reached over TCP, from both ends.</summary>
public interface INetwork
{
    /// <summary>
    /// Listens on <paramref name="host"/> (a name, an IPv4 or IPv6 address, or empty for all addresses) and <paramref name="port"/> (0: any free one).
    /// <paramref name="accepted"/> is called once per connection, on that connection's reactor, and says who handles it;
    /// an exception from it closes the connection. Fails with a <see cref="NetworkException"/> when the address cannot be bound.
    /// </summary>
    IListener Listen(string host, int port, Func<IServerConnection, IConnectionHandler> accepted);

    /// <summary>
    /// Connects to the first address of <paramref name="host"/> that answers. Fails with a <see cref="NetworkException"/>;
    /// time-outs come as <paramref name="cancellation"/>.
    /// </summary>
    ValueTask<IClientConnection> ConnectAsync(string host, int port, CancellationToken cancellation);

    /// <summary>
    /// The addresses of a host, at least one; an address stands for itself. Never blocks the caller, however long a name server takes. Fails with a
    /// <see cref="NetworkException"/> when the name is not known; time-outs come as <paramref name="cancellation"/>.
    /// </summary>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation);
}
