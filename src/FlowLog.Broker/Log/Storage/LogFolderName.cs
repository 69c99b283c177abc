using System.Globalization;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Log.Storage;

/// <summary>Names of partition folders: topic, dash, number; and those of folders on their way out.</summary>
internal static class LogFolderName
{
    /// <summary>Being deleted: the rest of the name is for uniqueness only.</summary>
    public const string Deleted = "-delete";

    /// <summary>A copy in the making in another log directory.</summary>
    public const string Future = "-future";

    /// <summary>Belongs to no partition of this broker.</summary>
    public const string Stray = "-stray";

    private const int LongestName = 255;
    private const int UniquePartLength = 1 + 32;

    public static string For(TopicPartition partition) => partition.ToString();

    /// <summary>A unique name for a folder on its way out; the topic is cut short where the file system's limit asks for it.</summary>
    public static string OnItsWayOut(TopicPartition partition, Guid unique, string suffix)
    {
        var number = $"-{partition.Partition}";
        var room = LongestName - number.Length - UniquePartLength - suffix.Length;
        var topic = partition.Topic.Length > room ? partition.Topic[..room] : partition.Topic;
        return $"{topic}{number}.{unique:N}{suffix}";
    }

    /// <summary>The partition that a folder is named for; false for folders on their way out and everything else.</summary>
    public static bool TryParse(string name, out TopicPartition partition)
    {
        partition = default;
        var dash = name.LastIndexOf('-');
        if (dash <= 0 || !int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;

        partition = new TopicPartition(name[..dash], number);
        return true;
    }
}
