using FlowLog.Streams.Processors.Stateless;
using FlowLog.Streams.Topology.Graph;

namespace FlowLog.Streams.Dsl;

/// <summary>Two streams as one.</summary>
internal static class Merging
{
    public static KStream<K, V> Merge<K, V>(StreamState<K, V> one, StreamState<K, V> other, string? name)
    {
        var node = new ProcessorGraphNode(one.NameOr(name, "KSTREAM-MERGE-"), _ => new PassThroughNode<K, V>());
        one.Builder.Graph.Add([one.Node, other.Node], node);

        // Serdes are not handed on: those of one side may not fit the records of the other.
        return new KStream<K, V>(new()
        {
            Builder = one.Builder, Node = node, Sources = [.. one.Sources.Union(other.Sources)], NeedsRepartition = one.NeedsRepartition || other.NeedsRepartition,
        });
    }
}
