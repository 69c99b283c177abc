using System.Globalization;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Broker.Network;
using FlowLog.Runtime.Loops;
using FlowLog.Runtime.Network;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker;

/// <summary>Keeps a server's limits of connections as the configs have them, in the file and at run time.</summary>
internal sealed class NodeConnectionLimits : IImageObserver
{
    private const string Most = "max.connections";
    private const string Rate = "max.connection.creation.rate";

    private readonly BrokerOptions _options;
    private readonly BrokerConfigs _broker;
    private readonly AddressLimits _addresses;
    private readonly Lock _setting = new();
    private ConfigsImage _seen = ConfigsImage.Empty;

    public NodeConnectionLimits(BrokerOptions options, BrokerConfigs broker, INetwork network, TimeProvider clock, ITimers timers, ILogger log)
    {
        (_options, _broker) = (options, broker);
        _addresses = new AddressLimits(network, clock, timers, log, () => Set(null));
    }

    /// <summary>Where changes go.</summary>
    public RequestServer? Server { get; set; }

    /// <inheritdoc/>
    public void Committed(ClusterDelta delta, ClusterImage image)
    {
        if (!ReferenceEquals(_seen, image.Configs))
            Set(image.Configs);
    }

    /// <summary>The limits with what was set at run time.</summary>
    public ConnectionLimits Limits(ConfigsImage dynamic)
    {
        var listeners = _options.Listeners;
        return new ConnectionLimits
        {
            Most = _broker.Int32(dynamic, Most),
            MostPerAddress = _broker.Int32(dynamic, "max.connections.per.ip"),
            MostFrom = _addresses.Of(_broker.Value(dynamic, "max.connections.per.ip.overrides") ?? ""),
            Rate = _broker.Int32(dynamic, Rate),
            OfListeners = listeners.ToDictionary(listener => listener.Name, listener => new ListenerLimits(OfListener(listener.Name, Most), OfListener(listener.Name, Rate))),
            ProtectedListener = listeners.Count > 1 ? _broker.Value(dynamic, "inter.broker.listener.name") : null,
        };

        int OfListener(string listener, string name) =>
            _broker.ValueOfListener(dynamic, listener, name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : int.MaxValue;
    }

    // Metadata and name servers come on threads of their own, and the later one knows what the other had.
    private void Set(ConfigsImage? changed)
    {
        lock (_setting)
        {
            _seen = changed ?? _seen;
            if (Server is { } server)
                server.ConnectionLimits = Limits(_seen);
        }
    }
}
