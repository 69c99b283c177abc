using FlowLog.Broker.Log.Checkpoints;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime.Disk;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Log.Storage;

/// <summary>The checkpoint files of one log directory.</summary>
internal sealed class DirectoryState(IDisk disk, LogDirectory directory, ILogger log)
{
    private readonly OffsetCheckpoint _recoveryPoints = new(disk, directory.Path, OffsetCheckpoint.RecoveryPoints);
    private readonly OffsetCheckpoint _highWatermarks = new(disk, directory.Path, OffsetCheckpoint.HighWatermarks);
    private readonly OffsetCheckpoint _logStarts = new(disk, directory.Path, OffsetCheckpoint.LogStarts);

    private Dictionary<TopicPartition, long> _foundRecoveryPoints = [];
    private Dictionary<TopicPartition, long> _foundHighWatermarks = [];
    private Dictionary<TopicPartition, long> _foundLogStarts = [];

    public LogDirectory Directory { get; } = directory;

    /// <summary>Whether the last stop wrote its marker.</summary>
    public bool WasStoppedCleanly { get; private set; }

    /// <summary>The broker epoch in the marker; -1 without one.</summary>
    public long BrokerEpoch { get; private set; } = -1;

    /// <summary>Reads the checkpoints and takes the clean-shutdown marker away, for good.</summary>
    public void ReadCheckpoints()
    {
        WasStoppedCleanly = CleanShutdownFile.TryRead(disk, Directory.Path, out var brokerEpoch);
        BrokerEpoch = brokerEpoch;
        if (WasStoppedCleanly)
            CleanShutdownFile.Remove(disk, Directory.Path);

        _foundRecoveryPoints = Read(_recoveryPoints);
        _foundHighWatermarks = Read(_highWatermarks);
        _foundLogStarts = Read(_logStarts);
    }

    /// <summary>What the checkpoints say about a partition.</summary>
    public LogOpening OpeningOf(TopicPartition partition) => new(
        WasStoppedCleanly,
        _foundRecoveryPoints.GetValueOrDefault(partition),
        _foundLogStarts.GetValueOrDefault(partition),
        _foundHighWatermarks.GetValueOrDefault(partition));

    public void WriteRecoveryPoints(IEnumerable<PartitionLog> logs)
    {
        var offsets = logs.Select(found => KeyValuePair.Create(found.Partition, found.DurableEndOffset)).ToArray();
        _recoveryPoints.Write(offsets);
    }

    public void WriteHighWatermarks(IEnumerable<PartitionLog> logs)
    {
        var offsets = logs.Select(found => KeyValuePair.Create(found.Partition, found.HighWatermark)).ToArray();
        _highWatermarks.Write(offsets);
    }

    public void WriteLogStarts(IEnumerable<PartitionLog> logs)
    {
        var offsets = logs.Where(found => found.HasOwnLogStart)
            .Select(found => KeyValuePair.Create(found.Partition, found.LogStartOffset))
            .ToArray();
        _logStarts.Write(offsets);
    }

    private Dictionary<TopicPartition, long> Read(OffsetCheckpoint checkpoint)
    {
        if (checkpoint.Read() is { } offsets)
            return offsets;

        log.FileIgnored(checkpoint.Path);
        return [];
    }
}
