using System.Collections.Immutable;
using FlowLog.Broker.Metadata.Configs;

namespace FlowLog.Broker.Metadata.Images;

/// <summary>
/// The whole metadata of the cluster as of one offset of the metadata log. Immutable: a request handler takes the current image
/// once and sees one consistent state; the controller decides on an image that may be ahead of what is committed, and forgets it
/// when the commit fails.
/// </summary>
internal sealed record ClusterImage
{
    /// <summary>Before the first record.</summary>
    public static ClusterImage Empty { get; } = new();

    /// <summary>The offset of the last record in it, -1 for none.</summary>
    public long Offset { get; init; } = -1;

    /// <summary>The leader epoch of that record.</summary>
    public int Epoch { get; init; }

    public FeaturesImage Features { get; init; } = FeaturesImage.Empty;

    /// <summary>Registered brokers by id.</summary>
    public ImmutableSortedDictionary<int, BrokerImage> Brokers { get; init; } = ImmutableSortedDictionary<int, BrokerImage>.Empty;

    public TopicsImage Topics { get; init; } = TopicsImage.Empty;

    public ConfigsImage Configs { get; init; } = ConfigsImage.Empty;

    public QuotasImage Quotas { get; init; } = QuotasImage.Empty;

    public ScramImage Scram { get; init; } = ScramImage.Empty;

    public OthersImage Others { get; init; } = OthersImage.Empty;

    /// <summary>The first producer id that was given to nobody.</summary>
    public long NextProducerId { get; init; }
}
