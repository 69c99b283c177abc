using FlowLog.Broker.Log.Storage;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Consensus;

/// <summary>
/// The node's log directories, locked against other processes and known to belong to this node of this cluster. Directories that
/// were never used are formatted on the way, so that a single node needs no separate step.
/// </summary>
internal sealed class DataFolders : IDisposable
{
    private readonly IReadOnlyList<IDisposable> _locks;

    private DataFolders(string clusterId, IReadOnlyList<DataFolder> folders, IReadOnlyList<IDisposable> locks) =>
        (ClusterId, Folders, _locks) = (clusterId, folders, locks);

    /// <summary>The cluster that all of them belong to.</summary>
    public string ClusterId { get; }

    /// <summary>In the order of the configuration; the first holds the metadata log.</summary>
    public IReadOnlyList<DataFolder> Folders { get; }

    /// <summary>Locks and checks the directories. What is wrong with them is a <see cref="DataFolderException"/> with one clear sentence.</summary>
    /// <param name="disk">Where they are.</param>
    /// <param name="random">Where new ids come from.</param>
    /// <param name="paths">The directories.</param>
    /// <param name="nodeId">The node that they must belong to.</param>
    /// <param name="clusterId">The cluster that they must belong to; null takes what they say, or a new one when all are new.</param>
    public static DataFolders Open(IDisk disk, IRandomness random, IReadOnlyList<string> paths, int nodeId, string? clusterId)
    {
        var locks = new List<IDisposable>();
        try
        {
            foreach (var path in paths)
            {
                Create(disk, path);
                locks.Add(disk.TryLock(Path.Combine(path, ".lock"))
                    ?? throw new DataFolderException($"The data folder '{path}' is in use by another process."));
            }

            return Identify(disk, random, paths, nodeId, clusterId, locks);
        }
        catch
        {
            locks.ForEach(held => held.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var held in _locks)
            held.Dispose();
    }

    /// <summary>Makes a directory that is still there after a power cut, with everything above it that was missing.</summary>
    private static void Create(IDisk disk, string path)
    {
        if (disk.DirectoryExists(path))
            return;
        if (disk.FileExists(path))
            throw new DataFolderException($"'{path}' is a file; a data folder cannot be there or below it (log.dirs).");
        var parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (parent is not null)
            Create(disk, parent);
        disk.CreateDirectory(path);
        if (parent is not null)
            disk.SyncDirectory(parent);
    }

    private static DataFolders Identify(
        IDisk disk, IRandomness random, IReadOnlyList<string> paths, int nodeId, string? clusterId, List<IDisposable> locks)
    {
        var found = paths.Select(path => (Path: path, Properties: Read(disk, path))).ToList();
        foreach (var (path, properties) in found)
        {
            // Formatted anew it would be another cluster's, and those who know this one would be turned away.
            if (properties is null && disk.ListDirectories(path).FirstOrDefault(name => LogFolderName.TryParse(name, out _)) is { } partition)
                throw new DataFolderException($"The data folder '{path}' holds partitions ({partition}) and no meta.properties, so that it is not known whose they are: restore that file; nothing was touched.");
            if (properties is null)
                continue;
            clusterId ??= properties.ClusterId;
            if (properties.ClusterId != clusterId)
                throw new DataFolderException($"The data folder '{path}' belongs to the cluster '{properties.ClusterId}', not to '{clusterId}'; nothing was touched.");
            if (properties.NodeId != nodeId)
                throw new DataFolderException($"The data folder '{path}' belongs to node {properties.NodeId}, but this is node {nodeId} (node.id); nothing was touched.");
        }

        if (found.GroupBy(entry => entry.Properties?.DirectoryId).FirstOrDefault(group => group.Key is not null && group.Count() > 1) is { } copies)
            throw new DataFolderException($"The data folders '{string.Join("' and '", copies.Select(entry => entry.Path))}' are copies of each other (same directory.id).");
        clusterId ??= new TopicId(NewId(random)).ToString();
        var folders = found.Select(entry => new DataFolder(entry.Path, (entry.Properties ?? Format(disk, random, entry.Path, nodeId, clusterId)).DirectoryId));
        return new DataFolders(clusterId, [.. folders], locks);
    }

    private static MetaProperties? Read(IDisk disk, string path)
    {
        try
        {
            return MetaProperties.Read(disk, path);
        }
        catch (InvalidDataException broken)
        {
            throw new DataFolderException(broken.Message, broken);
        }
    }

    private static MetaProperties Format(IDisk disk, IRandomness random, string path, int nodeId, string clusterId)
    {
        var properties = new MetaProperties(clusterId, nodeId, NewId(random));
        properties.Write(disk, path);
        return properties;
    }

    private static Guid NewId(IRandomness random)
    {
        while (true)
        {
            var id = new TopicId(random.NextGuid());
            if (id.IsUsable)
                return id.Value;
        }
    }
}
