using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Log;

/// <summary>What a log store is told at its start. The directories exist and are locked by the caller.</summary>
internal sealed record LogStoreOptions
{
    /// <summary>The log directories and their ids.</summary>
    public required IReadOnlyList<LogDirectoryPath> Directories { get; init; }

    /// <summary>The configs of a partition that is found at the start, as far as they are known by then.</summary>
    public Func<TopicPartition, LogOptions> OptionsOf { get; init; } = _ => LogOptions.Default;

    /// <summary>
    /// For a log that nothing can replace: asked with its folder, when it is damaged, up to which offset something else stands for its records, a snapshot. It
    /// is not opened (<see cref="LogDamagedException"/>) when it would lose more than that. Null for every other log: it is cut where it is damaged.
    /// </summary>
    public Func<TopicPartition, Func<string, long>?> StandInOf { get; init; } = _ => null;

    /// <summary><c>num.recovery.threads.per.data.dir</c>. Default 2; 1 opens everything on the calling thread.</summary>
    public int RecoveryThreads { get; init; } = 2;

    /// <summary>Below so many free bytes clients' appends are refused. FlowLog's own; default 64 MiB.</summary>
    public long MinFreeBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary><c>log.cleaner.dedupe.buffer.size</c>: the most memory for the keys of a log that is cleaned. Default 128 MiB.</summary>
    public long CleanerMapBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary><c>log.cleaner.io.buffer.load.factor</c>: how full that memory may get. Default 0.9.</summary>
    public double CleanerLoadFactor { get; init; } = 0.9;

    /// <summary><c>log.cleaner.threads</c>: how many logs may be cleaned at the same time; they share <see cref="CleanerMapBytes"/>. Default 1.</summary>
    public int CleanerThreads { get; init; } = 1;

    /// <summary><c>log.cleaner.io.buffer.size</c>: how much the cleaner reads and writes at a time. Default 512 KiB.</summary>
    public int CleanerBufferBytes { get; init; } = 512 * 1024;

    /// <summary><c>producer.id.expiration.ms</c>: how long a silent producer is remembered. Default 24 h.</summary>
    public long ProducerExpirationMs { get; init; } = 24 * 3_600_000L;
}

/// <summary>A configured log directory.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Id">Its id in <c>meta.properties</c>.</param>
internal readonly record struct LogDirectoryPath(string Path, Guid Id);
