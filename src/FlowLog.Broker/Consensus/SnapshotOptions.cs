namespace FlowLog.Broker.Consensus;

/// <summary>When snapshots of the metadata are taken, and how long old ones are kept.</summary>
internal sealed record SnapshotOptions
{
    /// <summary><c>metadata.log.max.record.bytes.between.snapshots</c>. Default 20 MiB.</summary>
    public long MostBytesBetween { get; init; } = 20 * 1024 * 1024;

    /// <summary><c>metadata.log.max.snapshot.interval.ms</c>: the longest time between snapshots when there is something new; 0 for no limit. Default 1 h.</summary>
    public long IntervalMs { get; init; } = 3_600_000;

    /// <summary><c>metadata.max.retention.bytes</c>: when log and snapshots are larger, old ones go; negative for no limit. Default 100 MiB.</summary>
    public long RetentionBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary><c>metadata.max.retention.ms</c>: older snapshots go when there is a newer one; negative for no limit. Default 7 days.</summary>
    public long RetentionMs { get; init; } = 7 * 24 * 3_600_000L;
}
