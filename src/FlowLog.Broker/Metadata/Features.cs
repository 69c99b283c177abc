using FlowLog.Broker.Metadata.Images;

namespace FlowLog.Broker.Metadata;

/// <summary>The features that this version can do, each with the levels it knows. What is not finished stays at 0 and is not told to clients.</summary>
internal static class Features
{
    /// <summary>The feature that says what metadata records may look like.</summary>
    public const string MetadataVersion = "metadata.version";

    /// <summary>KIP-966: replicas out of the in-sync set that may still lead.</summary>
    public const string EligibleLeaderReplicas = "eligible.leader.replicas.version";

    /// <summary>KIP-848: the consumer protocol.</summary>
    public const string Group = "group.version";

    /// <summary>KIP-890: transactions.</summary>
    public const string Transaction = "transaction.version";

    /// <summary>KIP-1071: the streams protocol.</summary>
    public const string Streams = "streams.version";

    /// <summary>KIP-932: share groups.</summary>
    public const string Share = "share.version";

    /// <summary>KIP-853: voters that change while running.</summary>
    public const string KRaft = "kraft.version";

    /// <summary>4.3-IV0, whose records this version writes.</summary>
    public const short MetadataVersion43 = 30;

    /// <summary>Supported levels by name, in ascending order of names.</summary>
    public static IReadOnlyList<(string Name, FeatureRange Range)> Supported { get; } =
    [
        (EligibleLeaderReplicas, new FeatureRange(0, 1)),
        (Group, new FeatureRange(0, 1)),
        (KRaft, new FeatureRange(0, 0)),
        (MetadataVersion, new FeatureRange(7, MetadataVersion43)),
        (Share, new FeatureRange(0, 0)),
        (Streams, new FeatureRange(0, 1)),
        (Transaction, new FeatureRange(0, 2)),
    ];

    /// <summary>The levels that a new cluster starts with: the highest of everything.</summary>
    public static IEnumerable<(string Name, short Level)> AtFormat =>
        Supported.Where(feature => feature.Range.Highest > 0 && feature.Name != KRaft).Select(feature => (feature.Name, feature.Range.Highest));
}
