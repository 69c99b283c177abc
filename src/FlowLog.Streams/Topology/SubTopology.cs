namespace FlowLog.Streams.Topology;

/// <summary>A connected part of the topology: what one task runs.</summary>
internal sealed class SubTopology
{
    public required int Id { get; init; }

    /// <summary>In the order they were added, so parents before children.</summary>
    public required IReadOnlyList<NodeBlueprint> Nodes { get; init; }

    /// <summary>In the order they were added.</summary>
    public required IReadOnlyList<StoreBlueprint> Stores { get; init; }

    public IEnumerable<SourceBlueprint> Sources => Nodes.OfType<SourceBlueprint>();
}
