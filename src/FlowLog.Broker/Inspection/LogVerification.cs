using FlowLog.Broker.Consensus;
using FlowLog.Broker.Log.Checkpoints;
using FlowLog.Broker.Log.Segments;
using FlowLog.Broker.Log.Storage;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Inspection;

/// <summary>
/// Checks a data folder, whether FlowLog or Apache Kafka wrote it: every batch and what is derived from batches. It only reads. The broker must be stopped:
/// while it runs, files are ahead of each other.
/// </summary>
public sealed class LogVerification
{
    private const string LockFile = ".lock";
    private const string DeleteWhileStopped = "With the broker stopped, delete the file: the next start writes it anew.";

    private readonly IDisk _disk;
    private readonly LogReport _report = new();
    private readonly Action<string> _enter;

    private LogVerification(IDisk disk, Action<string> enter) => (_disk, _enter) = (disk, enter);

    /// <summary>Checks a folder: a log directory with everything in it, or the folder of one partition.</summary>
    /// <param name="disk">Where it is.</param>
    /// <param name="folder">Its path.</param>
    /// <param name="enter">Told of every partition's folder before it is read, for a display of progress.</param>
    public static LogReport Run(IDisk disk, string folder, Action<string>? enter = null)
    {
        var verification = new LogVerification(disk, enter ?? (_ => { }));
        verification.Check(folder);
        return verification._report;
    }

    private void Check(string folder)
    {
        if (!_disk.DirectoryExists(folder))
        {
            _report.Unknown(folder, "There is no such folder.", "Give a folder of log.dirs, or that of a partition in it.");
            return;
        }

        var isPartition = _disk.ListFiles(folder).Any(name => SegmentFileName.TryParse(name, SegmentFileName.Log, out _));
        var directory = isPartition ? Path.GetDirectoryName(Path.GetFullPath(folder))! : folder;
        using var held = Lock(directory, out var isInUse);
        if (isInUse)
        {
            _report.Unknown(directory, "A broker uses the folder: what it is writing cannot be judged.", "Stop the broker first, or check a copy.");
            return;
        }

        var facts = ReadFacts(directory);
        if (isPartition)
            CheckPartition(folder, facts);
        else
            CheckDirectory(folder, facts);
    }

    private void CheckDirectory(string directory, Func<TopicPartition, PartitionFacts> facts)
    {
        if (!_disk.FileExists(Path.Combine(directory, "meta.properties")) && !_disk.ListDirectories(directory).Any(name => LogFolderName.TryParse(name, out _)))
        {
            _report.Unknown(directory, "It is no data folder: there is neither a meta.properties nor a partition in it.", "Give a folder of log.dirs, or that of a partition in it.");
            return;
        }

        CheckIdentity(directory);
        foreach (var name in _disk.ListDirectories(directory))
        {
            var folder = Path.Combine(directory, name);
            if (LogFolderName.TryParse(name, out _))
                CheckPartition(folder, facts);
            else if (name.EndsWith(LogFolderName.Deleted, StringComparison.Ordinal))
                _report.Note(folder, "It is being deleted and was not checked.", "The next start deletes it.");
            else
                _report.Note(folder, "It is no partition of this node and was not checked.");
        }
    }

    private void CheckIdentity(string directory)
    {
        try
        {
            if (MetaProperties.Read(_disk, directory) is null)
                _report.Note(directory, "There is no meta.properties: it is not known whose folder this is.");
        }
        catch (InvalidDataException damaged)
        {
            _report.Violation(Path.Combine(directory, "meta.properties"), null, damaged.Message, "Restore the file: it holds node.id, cluster.id and directory.id.");
        }
    }

    private void CheckPartition(string folder, Func<TopicPartition, PartitionFacts> facts)
    {
        _enter(folder);
        var name = Path.GetFileName(Path.GetFullPath(folder).TrimEnd('/'));
        if (!LogFolderName.TryParse(name, out var partition))
            partition = new TopicPartition(name, 0);

        try
        {
            new PartitionCheck(_disk, folder, partition, facts(partition), _report).Run();
            _report.Partitions++;
        }
        catch (DiskException failure)
        {
            _report.Unknown(failure.Path, failure.Message, "See whether the device and the rights on the file are in order.");
        }
    }

    private IDisposable? Lock(string directory, out bool isInUse)
    {
        isInUse = false;
        var path = Path.Combine(directory, LockFile);
        if (!_disk.FileExists(path))
            return null;

        try
        {
            var held = _disk.TryLock(path);
            isInUse = held is null;
            return held;
        }
        catch (DiskException)
        {
            // Of a folder that cannot be written nobody holds the lock.
            return null;
        }
    }

    private Func<TopicPartition, PartitionFacts> ReadFacts(string directory)
    {
        var wasStoppedCleanly = CleanShutdownFile.TryRead(_disk, directory, out _);
        var recoveryPoints = ReadCheckpoint(directory, OffsetCheckpoint.RecoveryPoints);
        var highWatermarks = ReadCheckpoint(directory, OffsetCheckpoint.HighWatermarks);
        var starts = ReadCheckpoint(directory, OffsetCheckpoint.LogStarts);
        var cleaned = ReadCheckpoint(directory, OffsetCheckpoint.CleanedTo);
        return partition => new PartitionFacts(
            wasStoppedCleanly,
            recoveryPoints.GetValueOrDefault(partition),
            highWatermarks.GetValueOrDefault(partition),
            starts.GetValueOrDefault(partition),
            cleaned.ContainsKey(partition));
    }

    private Dictionary<TopicPartition, long> ReadCheckpoint(string directory, string name)
    {
        var checkpoint = new OffsetCheckpoint(_disk, directory, name);
        if (checkpoint.Read() is { } offsets)
            return offsets;

        _report.Violation(checkpoint.Path, null, "Its lines are not what its count says.", DeleteWhileStopped);
        return [];
    }
}
