using System.Globalization;
using System.Text;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log.Checkpoints;

/// <summary>
/// A file of a log directory that holds an offset per partition: version, count, then topic, partition and offset a line.
/// </summary>
internal sealed class OffsetCheckpoint(IDisk disk, string directory, string name)
{
    /// <summary>Up to where each log is known to be on the device, sound and indexed.</summary>
    public const string RecoveryPoints = "recovery-point-offset-checkpoint";

    /// <summary>High watermarks.</summary>
    public const string HighWatermarks = "replication-offset-checkpoint";

    /// <summary>Log starts that are not the base of a segment.</summary>
    public const string LogStarts = "log-start-offset-checkpoint";

    /// <summary>First offsets that the cleaner has not seen.</summary>
    public const string CleanedTo = "cleaner-offset-checkpoint";

    private const string Version = "0";

    private readonly Lock _gate = new();
    private HashSet<TopicPartition> _mentioned = [];
    private string? _saved;

    /// <summary>Where the file lies.</summary>
    public string Path { get; } = System.IO.Path.Combine(directory, name);

    /// <summary>Whether the file holds an offset of a partition.</summary>
    public bool Mentions(TopicPartition partition)
    {
        lock (_gate)
            return _mentioned.Contains(partition);
    }

    /// <summary>
    /// Replaces the file, surviving a power cut; does nothing when it holds the same already. One write at a time, and the offsets are
    /// asked for inside of it: a later writer never puts older offsets in.
    /// </summary>
    public void Write(Func<IEnumerable<KeyValuePair<TopicPartition, long>>> ask)
    {
        lock (_gate)
        {
            var offsets = ask().OrderBy(entry => entry.Key).ToArray();
            var content = Format(offsets);
            if (content == _saved)
                return;

            disk.WriteAtomically(Path, content);
            _saved = content;
            _mentioned = [.. offsets.Select(entry => entry.Key)];
        }
    }

    /// <summary>Reads the file; empty when there is none, and null when it is damaged.</summary>
    public Dictionary<TopicPartition, long>? Read()
    {
        var offsets = new Dictionary<TopicPartition, long>();
        if (!disk.FileExists(Path))
            return offsets;

        var lines = disk.ReadAllText(Path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0)
            return offsets; // Kafka makes it before it has anything to say.

        if (lines.Length < 2 || lines[0] != Version || lines[1] != (lines.Length - 2).ToString(CultureInfo.InvariantCulture))
            return null;

        foreach (var line in lines.AsSpan(2))
        {
            if (line.Split(' ') is not [var topic, var partition, var offset]
                || !int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out var parsedPartition)
                || !long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var parsedOffset))
                return null;

            offsets[new TopicPartition(topic, parsedPartition)] = parsedOffset;
        }

        _mentioned = [.. offsets.Keys];

        return offsets;
    }

    private static string Format(KeyValuePair<TopicPartition, long>[] offsets)
    {
        var text = new StringBuilder(Version).Append('\n').Append(offsets.Length).Append('\n');
        foreach (var (partition, offset) in offsets)
            text.Append(partition.Topic).Append(' ').Append(partition.Partition).Append(' ').Append(offset).Append('\n');

        return text.ToString();
    }
}
