using System.Net;
using System.Net.Sockets;

namespace FlowLog.Runtime.Network.Sockets;

/// <summary>Names of hosts, as the operating system knows them.</summary>
internal static class HostNames
{
    public static async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var address))
            return [address];

        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellation) is { Length: > 0 } addresses
                ? addresses
                : throw new NetworkException($"The name '{host}' has no address.");
        }
        catch (SocketException failure)
        {
            throw new NetworkException($"Cannot resolve '{host}'", failure);
        }
        catch (ArgumentException unusable)
        {
            throw new NetworkException($"'{host}' is no name of a host.", unusable);
        }
    }
}
