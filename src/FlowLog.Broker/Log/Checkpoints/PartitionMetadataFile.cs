using System.Text;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log.Checkpoints;

/// <summary>The file <c>partition.metadata</c>: which topic, beyond its name, a partition's folder belongs to.</summary>
internal static class PartitionMetadataFile
{
    public const string Name = "partition.metadata";

    private const string VersionLine = "version: 0";
    private const string TopicIdLabel = "topic_id: ";

    /// <summary>Writes the file; <see cref="Sync"/> makes it survive a power cut once the partition holds something.</summary>
    public static void Write(IDisk disk, string directory, TopicId id)
    {
        using var file = disk.Open(Path.Combine(directory, Name), FileOpening.ExistingOrNew);
        file.SetLength(0);
        file.Write(0, Encoding.UTF8.GetBytes($"{VersionLine}\n{TopicIdLabel}{id}"));
    }

    /// <summary>Makes the file, if there is one, survive a power cut.</summary>
    public static void Sync(IDisk disk, string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!disk.FileExists(path))
            return;

        using var file = disk.Open(path, FileOpening.Existing);
        file.Sync();
    }

    /// <summary>The topic's id; null when the file is missing or damaged.</summary>
    public static TopicId? Read(IDisk disk, string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!disk.FileExists(path))
            return null;

        var lines = disk.ReadAllText(path).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines is [VersionLine, var line] && line.StartsWith(TopicIdLabel, StringComparison.Ordinal)
            && TopicId.TryParse(line[TopicIdLabel.Length..], out var id) ? id : null;
    }
}
