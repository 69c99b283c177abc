using System.Globalization;
using FlowLog.Broker.Consensus;
using FlowLog.Broker.Log;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker;

/// <summary>Everything of a node that lies on disk: locked, identified, recovered, with the metadata log among it.</summary>
internal sealed class NodeStorage : IDisposable
{
    private const string Remedy =
        "Restore the data folder from a backup. To go on without what is lost, delete recovery-point-offset-checkpoint and replication-offset-checkpoint in it: "
        + "the node then starts without the topics that were in it, and their folders stay.";

    private static readonly TopicPartition s_metadataPartition = new(TopicNames.ClusterMetadata, 0);

    private NodeStorage(DataFolders folders, LogStore logs, PartitionLog metadataLog) => (Folders, Logs, MetadataLog) = (folders, logs, metadataLog);

    /// <summary>The log directories.</summary>
    public DataFolders Folders { get; }

    /// <summary>The logs in them.</summary>
    public LogStore Logs { get; }

    /// <summary>The log of the metadata.</summary>
    public PartitionLog MetadataLog { get; }

    /// <summary>When snapshots of the metadata are taken, and how long they stay.</summary>
    public required SnapshotOptions SnapshotOptions { get; init; }

    /// <summary>The folder of the metadata partition, where its quorum keeps its state.</summary>
    public string MetadataFolder => Path.Combine(Folders.Folders[0].Path, s_metadataPartition.ToString());

    /// <summary>Opens and recovers.</summary>
    public static NodeStorage Open(BrokerOptions options, World world, ILoggerFactory loggers)
    {
        var folders = DataFolders.Open(world.Disk, world.Random, options.LogDirectories, options.NodeId, options.Properties.GetValueOrDefault("cluster.id"));
        try
        {
            var logs = LogStore.Open(
                new LogStoreOptions
                {
                    Directories = [.. folders.Folders.Select(folder => new LogDirectoryPath(folder.Path, folder.Id))],
                    StandInOf = partition => partition == s_metadataPartition ? folder => MetadataSnapshots.EndOfNewest(world.Disk, folder) : null,
                    RecoveryThreads = Number(options, "num.recovery.threads.per.data.dir", 2),
                    ProducerExpirationMs = Number(options, "producer.id.expiration.ms", 86_400_000),
                    CleanerMapBytes = Number(options, "log.cleaner.dedupe.buffer.size", 128L * 1024 * 1024),
                    CleanerThreads = Math.Max(1, Number(options, "log.cleaner.threads", 1)),
                    CleanerBufferBytes = Number(options, "log.cleaner.io.buffer.size", 512 * 1024),
                    CleanerLoadFactor = Number(options, "log.cleaner.io.buffer.load.factor", 0.9),
                },
                world.Disk,
                world.Clock,
                world.Random,
                loggers.CreateLogger("FlowLog.Broker.Log"));
            return new NodeStorage(folders, logs, OpenMetadata(logs, folders.Folders[0].Id, options)) { SnapshotOptions = SnapshotsOf(options) };
        }
        catch (LogDamagedException damage)
        {
            folders.Dispose();
            throw new DataFolderException($"The metadata log is damaged: {damage.Message} The node does not start without what is missing, and nothing was cut off. {Remedy}", damage);
        }
        catch
        {
            folders.Dispose();
            throw;
        }
    }

    /// <summary>Lets go of the directories. The logs are closed by whoever knows whether the end was a clean one.</summary>
    public void Dispose() => Folders.Dispose();

    private static SnapshotOptions SnapshotsOf(BrokerOptions options) => new()
    {
        MostBytesBetween = Number(options, "metadata.log.max.record.bytes.between.snapshots", 20L * 1024 * 1024),
        IntervalMs = Number(options, "metadata.log.max.snapshot.interval.ms", 3_600_000L),
        RetentionBytes = Number(options, "metadata.max.retention.bytes", 100L * 1024 * 1024),
        RetentionMs = Number(options, "metadata.max.retention.ms", 7 * 24 * 3_600_000L),
    };

    private static PartitionLog OpenMetadata(LogStore logs, Guid directory, BrokerOptions options)
    {
        // Never in another directory: a node without its metadata would begin as a new cluster.
        if (logs.Directories.First(found => found.Id == directory) is { IsOffline: true } lost)
            throw new IOException($"The log directory '{lost.Path}' cannot be read, which holds the metadata.");

        // Nothing of it goes by age or size: it is cut where a snapshot stands for what is cut.
        var configured = new LogOptions
        {
            CleanupPolicy = CleanupPolicy.None,
            MaxMessageBytes = 8 * 1024 * 1024,
            SegmentBytes = Number(options, "metadata.log.segment.bytes", 1 << 30),
            SegmentMs = Number(options, "metadata.log.segment.ms", 7 * 24 * 3_600_000L),
        };
        if (!logs.TryGet(s_metadataPartition, out var log) && logs.WasKnown(s_metadataPartition))
            throw new DataFolderException($"The folder of the metadata log ({s_metadataPartition}) is missing, in which there were records. {Remedy}");
        if (log is null)
            return logs.Create(s_metadataPartition, TopicId.Metadata, configured, directory);
        log.Configure(configured);
        return log;
    }

    private static T Number<T>(BrokerOptions options, string name, T fallback)
        where T : IParsable<T> =>
        options.Properties.TryGetValue(name, out var value) ? T.Parse(value, CultureInfo.InvariantCulture) : fallback;
}
