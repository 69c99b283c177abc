namespace FlowLog.Broker.Inspection;

/// <summary>Where the check of a partition stands between one segment and the next.</summary>
internal sealed class SegmentWalk(EpochCheck epochs, ProducerCheck producers, MetadataCheck? metadata)
{
    /// <summary>What checks the epochs.</summary>
    public EpochCheck Epochs => epochs;

    /// <summary>What checks the producers.</summary>
    public ProducerCheck Producers => producers;

    /// <summary>What reads the records, in the metadata log.</summary>
    public MetadataCheck? Metadata => metadata;

    /// <summary>Whether offsets may be missing between batches.</summary>
    public bool AllowsHoles { get; init; }

    /// <summary>The offset behind the last batch.</summary>
    public long NextOffset { get; set; }

    /// <summary>The log cannot be followed any further.</summary>
    public bool IsBroken { get; set; }
}
