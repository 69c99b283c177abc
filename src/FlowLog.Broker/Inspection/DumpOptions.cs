namespace FlowLog.Broker.Inspection;

/// <summary>How the keys and values of records are read.</summary>
public enum RecordDecoding
{
    /// <summary>As the name of the partition's folder says: metadata, coordinators' topics, or plain.</summary>
    ByFolder,

    /// <summary>As text where they are UTF-8, else in hexadecimal.</summary>
    Plain,

    /// <summary>As groups and committed offsets (<c>__consumer_offsets</c>).</summary>
    Offsets,

    /// <summary>As transactions (<c>__transaction_state</c>).</summary>
    Transactions,

    /// <summary>As share groups' state (<c>__share_group_state</c>).</summary>
    ShareGroups,

    /// <summary>As cluster metadata (<c>__cluster_metadata</c>).</summary>
    Metadata,
}

/// <summary>What <see cref="FileDump"/> shows.</summary>
public sealed record DumpOptions
{
    /// <summary>Whether the records of every batch are looked at, and not only the headers. Default false.</summary>
    public bool IsDeep { get; init; }

    /// <summary>Whether keys and values are shown; deep then. Default false.</summary>
    public bool PrintsRecords { get; init; }

    /// <summary>How keys and values are read. Default <see cref="RecordDecoding.ByFolder"/>.</summary>
    public RecordDecoding Decoding { get; init; }

    /// <summary>Whether records are shown without offset, time and sizes, and batches and control records not at all. Default false.</summary>
    public bool SkipsMetadata { get; init; }

    /// <summary>The most bytes of batches that are looked at in each log file. Default unlimited.</summary>
    public long MaxBytes { get; init; } = long.MaxValue;
}
