using System.Net;
using FlowLog.Runtime.Network;

namespace FlowLog.Broker.Tests;

/// <summary>Nobody can be reached.</summary>
internal sealed class NoNetwork : INetwork
{
    public IListener Listen(string host, int port, Func<IServerConnection, IConnectionHandler> accepted) => throw new InvalidOperationException("There is no network.");

    public ValueTask<IClientConnection> ConnectAsync(string host, int port, CancellationToken cancellation) => throw new InvalidOperationException("There is no network.");

    public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation) => throw new NetworkException("There is no network.");
}
