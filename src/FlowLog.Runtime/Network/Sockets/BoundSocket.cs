using System.Net;
using System.Net.Sockets;

namespace FlowLog.Runtime.Network.Sockets;

/// <summary>Opens listening sockets.</summary>
internal static class BoundSocket
{
    private const int SocketLevel = 1;
    private const int ReuseAddress = 2;

    /// <summary>A socket that listens and does not block. What is set on it here, accepted connections inherit.</summary>
    public static Socket Open(string host, int port, int backlog)
    {
        try
        {
            var address = Resolve(host);
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false, NoDelay = true };
            try
            {
                Prepare(socket, address);
                socket.Bind(new IPEndPoint(address, port));
                socket.Listen(backlog);
                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        catch (SocketException refusal)
        {
            throw new NetworkException($"Cannot listen on {Shown(host)}:{port}", refusal);
        }
        catch (ArgumentOutOfRangeException refusal)
        {
            throw new NetworkException($"Cannot listen on {Shown(host)}:{port}: ports go from 0 to 65535.", refusal);
        }
    }

    private static void Prepare(Socket socket, IPAddress address)
    {
        // .NET's option of that name also lets a second server share the port unnoticed; the raw one only forgives connections of a former life.
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(SocketLevel, ReuseAddress, BitConverter.GetBytes(1));

        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        if (address.Equals(IPAddress.IPv6Any))
            socket.DualMode = true;
    }

    // A name may stand for several addresses; as elsewhere in this trade, IPv4 goes first.
    private static IPAddress Resolve(string host)
    {
        if (host.Length == 0)
            return Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;

        return IPAddress.TryParse(host, out var address)
            ? address
            : Dns.GetHostAddresses(host).OrderBy(found => found.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).First();
    }

    private static string Shown(string host) => host.Length == 0 ? "*" : host;
}
