using FlowLog.Streams.Processors;

namespace FlowLog.Streams.Topology.Graph;

/// <summary>An operator, with the stores it brings along and those it is connected to by name.</summary>
internal sealed class ProcessorGraphNode(string name, Func<IReadOnlyCollection<string>, Node> create) : GraphNode(name)
{
    /// <summary>Stores added with the operator. Asked for when the graph is written: a table may need one only because of what follows it.</summary>
    public Func<IEnumerable<StoreBlueprint>> Stores { get; init; } = () => [];

    public IReadOnlyList<string> ConnectedStores { get; init; } = [];

    public override void WriteTo(TopologyBuilder topology)
    {
        topology.AddProcessor(Name, create, ParentNames);
        foreach (var store in ConnectedStores)
            topology.Connect(Name, store);

        foreach (var store in Stores())
            topology.AddStore(store, Name);
    }
}
