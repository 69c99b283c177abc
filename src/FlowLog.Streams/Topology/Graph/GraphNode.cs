namespace FlowLog.Streams.Topology.Graph;

/// <summary>
/// A verb of the builder in the logical graph. The graph is what optimizations work on; written out in the order of creation, parents first, it becomes the
/// physical topology.
/// </summary>
internal abstract class GraphNode(string name)
{
    private readonly List<GraphNode> _parents = [];
    private readonly List<GraphNode> _children = [];

    /// <summary>Name of the physical node that children follow.</summary>
    public string Name { get; } = name;

    public IReadOnlyList<GraphNode> Parents => _parents;

    public IReadOnlyList<GraphNode> Children => _children;

    /// <summary>Place in the order of creation.</summary>
    public int Order { get; set; }

    public bool IsWritten { get; set; }

    protected IReadOnlyList<string> ParentNames => [.. _parents.Select(parent => parent.Name)];

    public void Add(GraphNode child)
    {
        _children.Add(child);
        child._parents.Add(this);
    }

    public abstract void WriteTo(TopologyBuilder topology);
}
