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
    private readonly OffsetCheckpoint _cleanedTo = new(disk, directory.Path, OffsetCheckpoint.CleanedTo);

    private Dictionary<TopicPartition, long> _foundRecoveryPoints = [];
    private Dictionary<TopicPartition, long> _foundHighWatermarks = [];
    private Dictionary<TopicPartition, long> _foundLogStarts = [];
    private Dictionary<TopicPartition, long> _foundCleanedTo = [];

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
        _foundCleanedTo = Read(_cleanedTo);
    }

    /// <summary>
    /// A partition is made that may have existed before: what the files say about the old one must not be believed of the new one.
    /// </summary>
    public void Forget(TopicPartition partition, IEnumerable<PartitionLog> logs)
    {
        if (_recoveryPoints.Mentions(partition) || _logStarts.Mentions(partition) || _highWatermarks.Mentions(partition)
            || _cleanedTo.Mentions(partition))
            WriteAll(logs.ToArray());
    }

    /// <summary>
    /// A log that was damaged ends before its recovery point now, or before what was compacted. Nothing may be appended to it as long as the files say so: the next
    /// start would take that for known to be on the device and not check it, and a hole in it for what compaction left.
    /// </summary>
    public void WriteUnlessReached(IEnumerable<PartitionLog> logs)
    {
        if (logs.Any(log => log.LogEndOffset < Math.Max(_foundRecoveryPoints.GetValueOrDefault(log.Partition), _foundCleanedTo.GetValueOrDefault(log.Partition))))
            WriteAll(logs.ToArray());
    }

    /// <summary>A log is about to lose records.</summary>
    public void WriteBeforeCut(IEnumerable<PartitionLog> logs) => WriteAll(logs.ToArray());

    /// <summary>What the checkpoints say about a partition.</summary>
    public LogOpening OpeningOf(TopicPartition partition) => new(
        WasStoppedCleanly,
        _foundRecoveryPoints.GetValueOrDefault(partition),
        _foundLogStarts.GetValueOrDefault(partition),
        _foundHighWatermarks.GetValueOrDefault(partition))
    {
        CleanedTo = _foundCleanedTo.GetValueOrDefault(partition),
    };

    public void WriteRecoveryPoints(IEnumerable<PartitionLog> logs) =>
        _recoveryPoints.Write(() => logs.Select(found => KeyValuePair.Create(found.Partition, found.RecoveryPoint)));

    public void WriteHighWatermarks(IEnumerable<PartitionLog> logs) =>
        _highWatermarks.Write(() => logs.Select(found => KeyValuePair.Create(found.Partition, found.HighWatermark)));

    public void WriteLogStarts(IEnumerable<PartitionLog> logs) =>
        _logStarts.Write(() => logs.Where(found => found.HasOwnLogStart).Select(found => KeyValuePair.Create(found.Partition, found.LogStartOffset)));

    public void WriteCleanedTo(IEnumerable<PartitionLog> logs) =>
        _cleanedTo.Write(() => logs.Where(found => found.CleanedTo > 0).Select(found => KeyValuePair.Create(found.Partition, found.CleanedTo)));

    private void WriteAll(PartitionLog[] logs)
    {
        WriteRecoveryPoints(logs);
        WriteLogStarts(logs);
        WriteHighWatermarks(logs);
        WriteCleanedTo(logs);
    }

    private Dictionary<TopicPartition, long> Read(OffsetCheckpoint checkpoint)
    {
        if (checkpoint.Read() is { } offsets)
            return offsets;

        log.FileIgnored(checkpoint.Path);
        return [];
    }
}
