namespace FlowLog.Streams.Topology.Graph;

/// <summary>All verbs of a builder.</summary>
internal sealed class LogicalGraph
{
    private readonly List<GraphNode> _roots = [];
    private readonly List<StoreBlueprint> _stores = [];
    private readonly List<IReadOnlyList<string>> _copartitions = [];
    private int _order;

    public IEnumerable<GraphNode> Roots => _roots;

    public void AddRoot(GraphNode node)
    {
        node.Order = _order++;
        _roots.Add(node);
    }

    public void Add(GraphNode parent, GraphNode node) => Add([parent], node);

    public void Add(IReadOnlyList<GraphNode> parents, GraphNode node)
    {
        node.Order = _order++;
        foreach (var parent in parents)
            parent.Add(node);
    }

    public void AddStore(StoreBlueprint store)
    {
        if (_stores.Exists(other => other.Name == store.Name && !ReferenceEquals(other, store)))
            throw new StreamsTopologyException($"There is a store '{store.Name}' already.");

        if (!_stores.Contains(store))
            _stores.Add(store);
    }

    public void Copartition(IReadOnlyList<string> sources) => _copartitions.Add(sources);

    /// <summary>Writes everything out: stores first, then nodes in the order they were created, each once all its parents are written.</summary>
    public TopologyBuilder Write()
    {
        var topology = new TopologyBuilder();
        foreach (var store in _stores)
            topology.AddStore(store);

        var ready = new PriorityQueue<GraphNode, int>(_roots.Select(root => (root, root.Order)));
        while (ready.TryDequeue(out var node, out _))
        {
            if (node.IsWritten || !node.Parents.All(parent => parent.IsWritten))
                continue;

            node.WriteTo(topology);
            node.IsWritten = true;
            foreach (var child in node.Children)
                ready.Enqueue(child, child.Order);
        }

        foreach (var sources in _copartitions)
            topology.Copartition(sources);

        return topology;
    }
}
