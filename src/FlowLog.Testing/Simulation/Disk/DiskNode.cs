namespace FlowLog.Testing.Simulation.Disk;

/// <summary>Something that a name can point to. Names come and go; the node stays as long as anybody has it open.</summary>
internal abstract class DiskNode;

/// <summary>A folder: the names that programs see, and those that a power cut would leave.</summary>
internal sealed class DirectoryNode : DiskNode
{
    public SortedDictionary<string, DiskNode> Seen { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, DiskNode> Durable { get; } = new(StringComparer.Ordinal);
}

/// <summary>A change of names that no sync has covered yet. A rename is one change of two names: it happens wholly or not at all.</summary>
/// <param name="Removed">The name that goes, if any.</param>
/// <param name="Added">The name that comes, if any.</param>
/// <param name="Node">What it points to.</param>
internal sealed record NameChange((DirectoryNode Directory, string Name)? Removed, (DirectoryNode Directory, string Name)? Added, DiskNode Node)
{
    public bool Touches(DirectoryNode directory) => Removed?.Directory == directory || Added?.Directory == directory;

    public void ApplyToDurable()
    {
        if (Removed is var (from, old) && from.Durable.TryGetValue(old, out var node) && node == Node)
            from.Durable.Remove(old);

        if (Added is var (to, name))
            to.Durable[name] = Node;
    }
}
