using FlowLog.Protocol.Compression;

namespace FlowLog.Broker.Log;

/// <summary>
/// The topic configs that a partition's log obeys, already resolved against the broker's defaults. Immutable; a change takes effect
/// with the next operation.
/// </summary>
internal sealed record LogOptions
{
    /// <summary>What every config is when nobody sets it.</summary>
    public static LogOptions Default { get; } = new();

    /// <summary><c>segment.bytes</c>: size at which a new segment is begun. Default 1 GiB.</summary>
    public int SegmentBytes { get; init; } = 1 << 30;

    /// <summary><c>segment.ms</c>: age (by record timestamps) at which a new segment is begun. Default 7 days.</summary>
    public long SegmentMs { get; init; } = 7 * 24 * 3_600_000L;

    /// <summary>Taken off <see cref="SegmentMs"/>, so that many logs do not roll at once: a random part of <c>segment.jitter.ms</c>. Default 0.</summary>
    public long SegmentJitterMs { get; init; }

    /// <summary><c>segment.index.bytes</c>: size at which an index counts as full. Default 10 MiB.</summary>
    public int IndexBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary><c>index.interval.bytes</c>: bytes of batches between index entries. Default 4096.</summary>
    public int IndexIntervalBytes { get; init; } = 4096;

    /// <summary><c>retention.ms</c>: age (by the largest record timestamp) after which segments go; -1 keeps them. Default 7 days.</summary>
    public long RetentionMs { get; init; } = 7 * 24 * 3_600_000L;

    /// <summary><c>retention.bytes</c>: size above which the oldest segments go; negative keeps them. Default -1.</summary>
    public long RetentionBytes { get; init; } = -1;

    /// <summary><c>cleanup.policy</c>. Default delete; none keeps everything for ever.</summary>
    public CleanupPolicy CleanupPolicy { get; init; } = CleanupPolicy.Delete;

    /// <summary><c>file.delete.delay.ms</c>: how long a removed file stays under its <c>.deleted</c> name, for readers under way. Default 60 s.</summary>
    public long FileDeleteDelayMs { get; init; } = 60_000;

    /// <summary><c>max.message.bytes</c>: largest batch that a client may append. Default 1,048,588.</summary>
    public int MaxMessageBytes { get; init; } = 1_048_588;

    /// <summary>The most bytes that a client's batch may decompress to. FlowLog's own; default 64 MiB.</summary>
    public int MaxDecompressedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary><c>message.timestamp.type</c> is LogAppendTime: the broker's clock replaces the producer's. Default false.</summary>
    public bool UsesLogAppendTime { get; init; }

    /// <summary><c>message.timestamp.before.max.ms</c>. Default unlimited.</summary>
    public long TimestampBeforeMaxMs { get; init; } = long.MaxValue;

    /// <summary><c>message.timestamp.after.max.ms</c>. Default 1 h.</summary>
    public long TimestampAfterMaxMs { get; init; } = 3_600_000;

    /// <summary><c>compression.type</c>: what batches are stored as; null keeps what the producer chose. Default null.</summary>
    public Codec? Compression { get; init; }

    /// <summary><c>compression.gzip.level</c> and its kin for <see cref="Compression"/>.</summary>
    public int CompressionLevel { get; init; } = Compressor.DefaultLevel;

    /// <summary><c>delete.retention.ms</c>: how long tombstones outlive their first cleaning. Default 24 h.</summary>
    public long DeleteRetentionMs { get; init; } = 24 * 3_600_000L;

    /// <summary><c>min.cleanable.dirty.ratio</c>. Default 0.5.</summary>
    public double MinCleanableDirtyRatio { get; init; } = 0.5;

    /// <summary><c>min.compaction.lag.ms</c>: records younger than this are not compacted. Default 0.</summary>
    public long MinCompactionLagMs { get; init; }

    /// <summary><c>max.compaction.lag.ms</c>: records older than this are compacted whatever the ratio. Default never.</summary>
    public long MaxCompactionLagMs { get; init; } = long.MaxValue;

    /// <summary>Age at which a segment is ended: what is not ended is not compacted.</summary>
    public long RollMs => IsCompacted ? Math.Min(SegmentMs, MaxCompactionLagMs) : SegmentMs;

    /// <summary>Whether keys are mandatory.</summary>
    public bool IsCompacted => CleanupPolicy.HasFlag(CleanupPolicy.Compact);
}
