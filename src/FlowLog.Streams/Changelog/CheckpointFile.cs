using System.Globalization;
using System.Text;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime.Disk;

namespace FlowLog.Streams.Changelog;

/// <summary>
/// How far the stores of a task reach into their changelogs, as a text file in Kafka's form. A hint, for placing tasks where their state is: what a store really
/// contains stands in the store itself.
/// </summary>
internal static class CheckpointFile
{
    private const string Version = "0";

    public static void Write(IDisk disk, string path, IReadOnlyDictionary<TopicPartition, long> positions)
    {
        var text = new StringBuilder(Version).Append('\n').Append(positions.Count.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (var (partition, offset) in positions)
            text.Append(CultureInfo.InvariantCulture, $"{partition.Topic} {partition.Partition} {offset}\n");

        disk.WriteAtomically(path, Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>The positions; empty where there is no file, or one that makes no sense.</summary>
    public static IReadOnlyDictionary<TopicPartition, long> Read(IDisk disk, string path)
    {
        var positions = new Dictionary<TopicPartition, long>();
        if (!disk.FileExists(path))
            return positions;

        var lines = disk.ReadAllText(path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 2 || lines[0] != Version || lines[1] != (lines.Length - 2).ToString(CultureInfo.InvariantCulture))
            return positions;

        foreach (var line in lines.Skip(2))
        {
            var parts = line.Split(' ');
            if (parts.Length == 3 && int.TryParse(parts[1], out var partition) && long.TryParse(parts[2], out var offset))
                positions[new TopicPartition(parts[0], partition)] = offset;
        }

        return positions;
    }
}
