using System.Globalization;
using FlowLog.Broker.Network;
using FlowLog.Runtime.Network;

namespace FlowLog.Broker;

/// <summary>
/// The addresses of a node. Those that take any free port are bound before the node registers, because it registers the ports that they got;
/// the others when it is ready, so that nobody finds it half up.
/// </summary>
internal sealed class NodeListeners(BrokerOptions options, RequestServer server)
{
    private readonly Dictionary<string, int> _ports = new(StringComparer.Ordinal);

    /// <summary>What clients are told to connect to, by listener; with the real ports once those are bound.</summary>
    public IReadOnlyList<ListenerAddress> Advertised => [.. options.Listeners.Select(Advertise)];

    /// <summary>The limits that the options set for connections.</summary>
    public static NetworkLimits Limits(BrokerOptions options)
    {
        var limits = new NetworkLimits();
        return limits with
        {
            LargestRequestBytes = (int)Number("socket.request.max.bytes", limits.LargestRequestBytes),
            QueuedRequestBytes = Number("queued.max.request.bytes", -1) is > 0 and var queued ? queued : limits.QueuedRequestBytes,
            MaxIdle = TimeSpan.FromMilliseconds(Number("connections.max.idle.ms", (long)limits.MaxIdle.TotalMilliseconds)),
        };

        long Number(string name, long fallback) => options.Properties.TryGetValue(name, out var value) ? long.Parse(value, CultureInfo.InvariantCulture) : fallback;
    }

    /// <summary>Binds the addresses that take any port.</summary>
    /// <exception cref="NetworkException">An address is not ours.</exception>
    public void BindFreePorts() => Bind(options.Listeners.Where(address => address.Port == 0));

    /// <summary>Binds the others.</summary>
    /// <exception cref="NetworkException">An address is taken, or is not ours.</exception>
    public void BindFixedPorts() => Bind(options.Listeners.Where(address => address.Port != 0));

    private void Bind(IEnumerable<ListenerAddress> addresses)
    {
        foreach (var address in addresses)
        {
            try
            {
                _ports[address.Name] = server.Listen(address.Name, address.Host, address.Port).Port;
            }
            catch (NetworkException taken) when (taken.IsAddressInUse)
            {
                throw new NetworkException($"Cannot listen on {address}: the port is in use by another process.", taken);
            }
        }
    }

    /// <summary>The advertised address of a listener; one that listens everywhere tells the machine's name, and port 0 stands for the port that it got.</summary>
    private ListenerAddress Advertise(ListenerAddress address)
    {
        var told = options.AdvertisedListeners.FirstOrDefault(other => other.Name == address.Name) ?? address;
        return told with
        {
            Host = told.Host is "" or "0.0.0.0" or "::" ? Environment.MachineName : told.Host,
            Port = told.Port == 0 ? _ports.GetValueOrDefault(address.Name) : told.Port,
        };
    }
}
