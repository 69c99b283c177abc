using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;

namespace FlowLog.Broker.Handlers.Groups;

/// <summary>Whether this cluster speaks a protocol of groups: its feature must be finalized, and the broker must not leave it out.</summary>
/// <param name="feature">The feature that stands for the protocol.</param>
/// <param name="isConfigured">Whether <c>group.coordinator.rebalance.protocols</c> names the protocol.</param>
/// <param name="current">Where the features are.</param>
internal sealed class ProtocolAdmission(string feature, bool isConfigured, CurrentImage current)
{
    public bool IsOn => isConfigured && current.Image.Features.Level(feature) > 0;

    /// <summary>The consumer protocol (KIP-848).</summary>
    public static ProtocolAdmission OfConsumers(BrokerConfigs broker, CurrentImage current) => new(Features.Group, IsConfigured(broker, "consumer"), current);

    /// <summary>The streams protocol (KIP-1071).</summary>
    public static ProtocolAdmission OfStreams(BrokerConfigs broker, CurrentImage current) => new(Features.Streams, IsConfigured(broker, "streams"), current);

    private static bool IsConfigured(BrokerConfigs broker, string protocol) =>
        ConfigDefinition.Elements(broker.Value(ConfigsImage.Empty, "group.coordinator.rebalance.protocols")!).Contains(protocol, StringComparer.Ordinal);
}
