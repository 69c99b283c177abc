using FlowLog.Broker.Log;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Runtime.Disk;
using FlowLog.Runtime.Loops;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker;

/// <summary>What a node does again and again for its logs: checkpoints, metadata snapshots, retention, late deletions, compaction, forgetting silent producers.</summary>
internal sealed class NodeMaintenance(LogStore logs, NodeMetadata metadata, CurrentImage current, BrokerConfigs broker, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan s_deletionInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_snapshotCheckInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_producerExpirationInterval = TimeSpan.FromMinutes(10);

    /// <summary>Starts the loops.</summary>
    public void Start(Supervisor supervisor)
    {
        Every(supervisor, "high watermark checkpoint", () => Milliseconds("replica.high.watermark.checkpoint.interval.ms"), logs.CheckpointHighWatermarks);
        Every(supervisor, "recovery point checkpoint", () => Milliseconds("log.flush.offset.checkpoint.interval.ms"), logs.Checkpoint);
        Every(supervisor, "log start checkpoint", () => Milliseconds("log.flush.start.offset.checkpoint.interval.ms"), () => logs.CheckpointLogStarts());
        Every(supervisor, "retention", () => Milliseconds("log.retention.check.interval.ms"), () => logs.RunRetention(Now()));
        Every(supervisor, "file deletion", () => s_deletionInterval, () => logs.RunDeletions(Now()));
        if (broker.Boolean(current.Image.Configs, "log.cleaner.enable"))
        {
            for (var thread = 0; thread < Math.Max(1, broker.Int64(current.Image.Configs, "log.cleaner.threads")); thread++)
                supervisor.Run($"cleaner {thread}", CleanAsync);
        }

        Every(supervisor, "metadata snapshot", () => s_snapshotCheckInterval, TakeSnapshot);
        Every(supervisor, "producer expiration", () => s_producerExpirationInterval, () => logs.ExpireProducers(Now() - broker.Int64(current.Image.Configs, "producer.id.expiration.ms")));
    }

    /// <summary>Cleans one log after the other while there is one worth it; each takes its time and reads and writes as it goes.</summary>
    private async Task CleanAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(Milliseconds("log.cleaner.backoff.ms"), clock, cancellation);
            logs.CleanerBytesPerSecond = broker.Double(current.Image.Configs, "log.cleaner.io.max.bytes.per.second");
            while (logs.RunCleaner(Now(), cancellation))
                await Task.Yield();
        }
    }

    private void TakeSnapshot()
    {
        try
        {
            var image = current.Image;
            if (metadata.TakeSnapshotWhenDue(Now()))
                log.MetadataSnapshotTaken(image.Offset + 1, image.Topics.ByName.Count);
        }
        catch (DiskException failure)
        {
            // The log says the same: nothing is lost by doing without.
            log.MetadataSnapshotFailed(failure.Message, failure);
        }
    }

    private void Every(Supervisor supervisor, string name, Func<TimeSpan> interval, Action work) => supervisor.Run(name, async cancellation =>
    {
        while (true)
        {
            await Task.Delay(interval(), clock, cancellation);
            work();
        }
    });

    private TimeSpan Milliseconds(string name) => TimeSpan.FromMilliseconds(broker.Int64(current.Image.Configs, name));

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
