using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace FlowLog.Runtime.Network.Sockets;

/// <summary>The runtime's own sockets: for systems without epoll. The same behaviour at more processor time per request.</summary>
internal sealed class SocketNetwork(NetworkOptions options, ILogger log) : INetwork
{
    public IListener Listen(string host, int port, Func<IServerConnection, IConnectionHandler> accepted) =>
        new SocketListener(BoundSocket.Open(host, port, options.Backlog), accepted, options, log);

    public ValueTask<IClientConnection> ConnectAsync(string host, int port, CancellationToken cancellation) =>
        SocketClientConnection.ConnectAsync(host, port, cancellation);

    public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation) => HostNames.ResolveAsync(host, cancellation);

    private sealed class SocketListener : IListener
    {
        private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(100);

        private readonly Socket _socket;
        private readonly Func<IServerConnection, IConnectionHandler> _accepted;
        private readonly NetworkOptions _options;
        private readonly ILogger _log;
        private readonly CancellationTokenSource _closing = new();
        private readonly Task _accepting;

        public SocketListener(Socket bound, Func<IServerConnection, IConnectionHandler> accepted, NetworkOptions options, ILogger log)
        {
            (_socket, _accepted, _options, _log) = (bound, accepted, options, log);
            EndPoint = (IPEndPoint)bound.LocalEndPoint!;
            _accepting = Task.Run(AcceptAsync);
        }

        public IPEndPoint EndPoint { get; }

        public async ValueTask DisposeAsync()
        {
            await _closing.CancelAsync();
            _socket.Dispose();
            await _accepting;
        }

        private async Task AcceptAsync()
        {
            while (!_closing.IsCancellationRequested)
            {
                try
                {
                    var socket = await _socket.AcceptAsync(_closing.Token);
                    _ = SocketServerConnection.Start(socket, _accepted, _options, _log);
                }
                catch (SocketException failure)
                {
                    _log.AcceptFailed(failure.NativeErrorCode, EndPoint);
                    await Task.Delay(s_pauseAfterFailure);
                }
                catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
                {
                    return;
                }
            }
        }
    }
}
