using System.Net;
using System.Net.Sockets;

namespace FlowLog.Runtime.Network.Sockets;

/// <summary>A connection to somebody else's listener, on the runtime's sockets.</summary>
internal sealed class SocketClientConnection(Socket socket) : IClientConnection
{
    /// <summary>What an address that does not answer may cost when there is another one to try.</summary>
    private static readonly TimeSpan s_patienceWithAlternatives = TimeSpan.FromSeconds(2);

    public EndPoint Remote { get; } = socket.RemoteEndPoint!;

    public static async ValueTask<IClientConnection> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        var addresses = await HostNames.ResolveAsync(host, cancellation);
        for (var i = 0; ; i++)
        {
            try
            {
                return await ConnectAsync(addresses[i], port, isLast: i == addresses.Count - 1, cancellation);
            }
            catch (SocketException) when (i < addresses.Count - 1)
            {
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && i < addresses.Count - 1)
            {
            }
            catch (SocketException failure)
            {
                throw new NetworkException($"Cannot connect to {host}:{port}", failure);
            }
        }
    }

    public async ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellation)
    {
        try
        {
            return await socket.ReceiveAsync(into, cancellation);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            throw Broken(failure);
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            while (!bytes.IsEmpty)
                bytes = bytes[await socket.SendAsync(bytes, cancellation)..];
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            throw Broken(failure);
        }
    }

    public void EndSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Receiving will tell.
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async ValueTask<IClientConnection> ConnectAsync(IPAddress address, int port, bool isLast, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (!isLast)
            patience.CancelAfter(s_patienceWithAlternatives);

        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), patience.Token);
            return new SocketClientConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private NetworkException Broken(Exception failure) => failure is SocketException refusal
        ? new NetworkException($"The connection to {Remote} broke", refusal)
        : new NetworkException($"The connection to {Remote} was closed.", failure);
}
