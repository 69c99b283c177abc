using System.Globalization;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Consensus;

/// <summary>
/// Whose a log directory is: the <c>meta.properties</c> in each of them, in Kafka's format. It is written once, when the directory
/// is first used, and never changed.
/// </summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="NodeId">The node.</param>
/// <param name="DirectoryId">The directory itself: a disk that was wiped comes back with another id.</param>
internal sealed record MetaProperties(string ClusterId, int NodeId, Guid DirectoryId)
{
    private const string FileName = "meta.properties";

    /// <summary>Reads the file of a directory: null when there is none. An unreadable one is an <see cref="InvalidDataException"/>.</summary>
    public static MetaProperties? Read(IDisk disk, string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!disk.FileExists(path))
            return null;
        var values = disk.ReadAllText(path).Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && line[0] != '#' && line.Contains('=', StringComparison.Ordinal))
            .ToDictionary(line => line[..line.IndexOf('=', StringComparison.Ordinal)].Trim(), line => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim());
        if (values.TryGetValue("version", out var version) && version != "1")
            throw new InvalidDataException($"'{path}' is of version '{version}', which a newer program wrote: start that one. This one reads version 1; nothing was touched.");
        if (version is null || !values.TryGetValue("cluster.id", out var clusterId)
            || !values.TryGetValue("node.id", out var node) || !int.TryParse(node, NumberStyles.None, CultureInfo.InvariantCulture, out var nodeId)
            || !values.TryGetValue("directory.id", out var text) || !TopicId.TryParse(text, out var directoryId))
            throw new InvalidDataException($"'{path}' lacks a readable version, cluster.id, node.id or directory.id: restore it. Nothing was touched.");
        return new MetaProperties(clusterId, nodeId, directoryId.Value);
    }

    /// <summary>Writes the file so that it survives a power cut.</summary>
    public void Write(IDisk disk, string directory) => disk.WriteAtomically(
        Path.Combine(directory, FileName),
        $"#\nnode.id={NodeId.ToString(CultureInfo.InvariantCulture)}\ndirectory.id={new TopicId(DirectoryId)}\nversion=1\ncluster.id={ClusterId}\n");
}
