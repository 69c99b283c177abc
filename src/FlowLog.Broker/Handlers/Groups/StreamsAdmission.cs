using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;

namespace FlowLog.Broker.Handlers.Groups;

/// <summary>Whether this cluster speaks the streams protocol: its feature must be finalized, and the broker must not leave it out.</summary>
internal sealed class StreamsAdmission(bool isConfigured, CurrentImage current)
{
    public StreamsAdmission(BrokerConfigs broker, CurrentImage current)
        : this(IsConfigured(broker), current)
    {
    }

    public bool IsOn => isConfigured && current.Image.Features.Level(Features.Streams) > 0;

    private static bool IsConfigured(BrokerConfigs broker) => broker.Value(ConfigsImage.Empty, "group.coordinator.rebalance.protocols")!
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Contains("streams", StringComparer.OrdinalIgnoreCase);
}
