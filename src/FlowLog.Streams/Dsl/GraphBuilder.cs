using FlowLog.Streams.Topology;
using FlowLog.Streams.Topology.Graph;

namespace FlowLog.Streams.Dsl;

/// <summary>What all streams and tables of one builder share: the graph they grow and the counter of names.</summary>
internal sealed class GraphBuilder
{
    public LogicalGraph Graph { get; } = new();

    public NodeNames Names { get; } = new();
}
