using System.Buffers.Binary;
using System.Net;

namespace FlowLog.Runtime.Network.Reactors;

/// <summary>Reads the C library's <c>sockaddr</c>.</summary>
internal static class SocketAddress
{
    private const ushort Inet = 2;
    private const ushort Inet6 = 10;

    public static IPEndPoint Parse(ReadOnlySpan<byte> address)
    {
        if (address.Length < 8)
            return new IPEndPoint(IPAddress.None, 0);

        var port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        return BitConverter.ToUInt16(address) switch
        {
            Inet => new IPEndPoint(new IPAddress(address.Slice(4, 4)), port),
            Inet6 => new IPEndPoint(Plain(new IPAddress(address.Slice(8, 16), BitConverter.ToUInt32(address[24..]))), port),
            _ => new IPEndPoint(IPAddress.None, port),
        };
    }

    // A client that came by IPv4 to a socket that takes both is the same client as one that came to an IPv4 socket.
    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
