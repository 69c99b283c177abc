using System.Globalization;
using System.Text;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log.Epochs;

/// <summary>The file <c>leader-epoch-checkpoint</c> of a partition: version, count, then one epoch and start offset a line.</summary>
internal static class LeaderEpochFile
{
    public const string Name = "leader-epoch-checkpoint";

    private const string Version = "0";

    /// <summary>Replaces the file, surviving a power cut.</summary>
    public static void Write(IDisk disk, string directory, IReadOnlyList<EpochEntry> entries)
    {
        var text = new StringBuilder(Version).Append('\n').Append(entries.Count).Append('\n');
        foreach (var entry in entries)
            text.Append(entry.Epoch).Append(' ').Append(entry.StartOffset).Append('\n');

        disk.WriteAtomically(Path.Combine(directory, Name), text.ToString());
    }

    /// <summary>Reads the file; empty when there is none, and null when it is damaged.</summary>
    public static IReadOnlyList<EpochEntry>? Read(IDisk disk, string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!disk.FileExists(path))
            return [];

        var lines = disk.ReadAllText(path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0)
            return []; // Kafka makes it before it has anything to say.

        if (lines.Length < 2 || lines[0] != Version || lines[1] != (lines.Length - 2).ToString(CultureInfo.InvariantCulture))
            return null;

        var entries = new List<EpochEntry>(lines.Length - 2);
        foreach (var line in lines.AsSpan(2))
        {
            if (line.Split(' ') is not [var epoch, var start]
                || !int.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var parsedEpoch)
                || !long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var parsedStart))
                return null;

            entries.Add(new EpochEntry(parsedEpoch, parsedStart));
        }

        return entries;
    }
}
