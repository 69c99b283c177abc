using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Broker.Network;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker;

/// <summary>Keeps a server's limits of connections as the configs have them, in the file and at run time.</summary>
internal sealed class NodeConnectionLimits(BrokerOptions options, BrokerConfigs broker, ILogger log) : IImageObserver
{
    private const string Most = "max.connections";
    private const string Rate = "max.connection.creation.rate";

    private ConfigsImage? _seen;
    private string? _overrides;
    private Dictionary<IPAddress, int> _mostFrom = [];

    /// <summary>Where changes go.</summary>
    public RequestServer? Server { get; set; }

    /// <inheritdoc/>
    public void Committed(ClusterDelta delta, ClusterImage image)
    {
        if (Server is null || ReferenceEquals(_seen, image.Configs))
            return;

        _seen = image.Configs;
        Server.ConnectionLimits = Limits(image.Configs);
    }

    /// <summary>The limits with what was set at run time.</summary>
    public ConnectionLimits Limits(ConfigsImage dynamic)
    {
        var listeners = options.Listeners;
        return new ConnectionLimits
        {
            Most = broker.Int32(dynamic, Most),
            MostPerAddress = broker.Int32(dynamic, "max.connections.per.ip"),
            MostFrom = Overrides(broker.Value(dynamic, "max.connections.per.ip.overrides") ?? ""),
            Rate = broker.Int32(dynamic, Rate),
            OfListeners = listeners.ToDictionary(listener => listener.Name, listener => new ListenerLimits(OfListener(listener.Name, Most), OfListener(listener.Name, Rate))),
            ProtectedListener = listeners.Count > 1 ? broker.Value(dynamic, "inter.broker.listener.name") : null,
        };

        int OfListener(string listener, string name) =>
            broker.ValueOfListener(dynamic, listener, name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : int.MaxValue;
    }

    // Names are looked up once, when they are set.
    private Dictionary<IPAddress, int> Overrides(string text)
    {
        if (text == _overrides)
            return _mostFrom;

        var mostFrom = new Dictionary<IPAddress, int>();
        foreach (var element in ConfigDefinition.Elements(text))
        {
            var colon = element.LastIndexOf(':');
            if (colon > 0 && int.TryParse(element.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var most) && AddressOf(element[..colon].Trim()) is { } address)
                mostFrom[address] = most;
            else
                log.OverrideNotUsed(element);
        }

        (_overrides, _mostFrom) = (text, mostFrom);
        return mostFrom;
    }

    private static IPAddress? AddressOf(string host)
    {
        if (IPAddress.TryParse(host, out var address))
            return address;

        try
        {
            return Dns.GetHostAddresses(host).FirstOrDefault();
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
