using FlowLog.Client.Serialization;
using FlowLog.Streams.Processors.Tables;
using FlowLog.Streams.Topology.Graph;

namespace FlowLog.Streams.Dsl;

/// <summary>What a table is in the graph.</summary>
internal sealed record TableState<K, V>
    where K : notnull
{
    public required GraphBuilder Builder { get; init; }

    public required GraphNode Node { get; init; }

    /// <summary>Sources of the sub-topology the table is in.</summary>
    public required IReadOnlyCollection<string> Sources { get; init; }

    public ISerde<K>? Key { get; init; }

    public ISerde<V>? Value { get; init; }

    public required TableTraits Traits { get; init; }

    /// <summary>
    /// Makes the table tell what rows were before. Some tables can only do it with a store: those say no unless they may take one.
    /// </summary>
    public required Func<bool, bool> SendOldValues { get; init; }

    /// <summary>Makes the rows readable from another node, with a store where it takes one.</summary>
    public required Func<TableReading<K, V>> Reading { get; init; }
}
