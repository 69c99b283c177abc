namespace FlowLog.Streams.Topology;

/// <summary>
/// Divides a topology into its connected parts: nodes belong together when one follows the other or when they share a store. Parts are numbered by their
/// first source in the order the sources were added, then by their first other node.
/// </summary>
internal sealed class SubTopologies
{
    private readonly Dictionary<string, string> _leader = new(StringComparer.Ordinal);

    public static IReadOnlyList<SubTopology> Of(TopologyBuilder topology) => new SubTopologies().Divide(topology);

    private List<SubTopology> Divide(TopologyBuilder topology)
    {
        foreach (var node in topology.Nodes)
        {
            _leader[node.Name] = node.Name;
            foreach (var parent in node.Parents)
                Unite(node.Name, parent);
        }

        foreach (var users in topology.StoreUsers.Values)
        {
            foreach (var user in users.Skip(1))
                Unite(user, users[0]);
        }

        var numbers = Number(topology);
        return [.. numbers.OrderBy(part => part.Value).Select(part => Part(topology, part.Key, part.Value))];
    }

    private Dictionary<string, int> Number(TopologyBuilder topology)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var sources = topology.Nodes.OfType<SourceBlueprint>().Select(source => source.Name);
        var others = topology.Nodes.Where(node => node is not SourceBlueprint).Select(node => node.Name);
        foreach (var name in sources.Concat(others))
            numbers.TryAdd(LeaderOf(name), numbers.Count);

        return numbers;
    }

    private SubTopology Part(TopologyBuilder topology, string leader, int number)
    {
        var nodes = topology.Nodes.Where(node => LeaderOf(node.Name) == leader).ToList();
        var used = nodes.SelectMany(node => node.Stores).ToHashSet(StringComparer.Ordinal);
        return new SubTopology { Id = number, Nodes = nodes, Stores = [.. topology.Stores.Values.Where(store => used.Contains(store.Name))] };
    }

    private void Unite(string one, string other) => _leader[LeaderOf(one)] = LeaderOf(other);

    private string LeaderOf(string name)
    {
        while (_leader[name] != name)
            name = _leader[name] = _leader[_leader[name]];

        return name;
    }
}
