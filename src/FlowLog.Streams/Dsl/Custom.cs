using FlowLog.Streams.Processors.Custom;
using FlowLog.Streams.Topology.Graph;

namespace FlowLog.Streams.Dsl;

/// <summary>Operators of the application's own.</summary>
internal static class Custom
{
    public static KStream<K2, R> Process<K, V, K2, R>(
        StreamState<K, V> stream, Func<IProcessor<K, V, K2, R>> processor, string? name, IReadOnlyList<string> connected, IReadOnlyList<StoreBlueprint> brought)
    {
        ThrowIfShared(processor(), processor());
        var node = new ProcessorGraphNode(
            stream.NameOr(name, "KSTREAM-PROCESSOR-", burns: false), stores => new ProcessorNode<K, V, K2, R>(processor(), stores)) { ConnectedStores = connected, Stores = () => brought };
        stream.Builder.Graph.Add(stream.Node, node);
        return new KStream<K2, R>(new() { Builder = stream.Builder, Node = node, Sources = stream.Sources, NeedsRepartition = true });
    }

    public static KStream<K, R> ProcessValues<K, V, R>(
        StreamState<K, V> stream, Func<IFixedKeyProcessor<K, V, R>> processor, string? name, IReadOnlyList<string> connected, IReadOnlyList<StoreBlueprint> brought)
    {
        ThrowIfShared(processor(), processor());
        var node = new ProcessorGraphNode(
            stream.NameOr(name, "KSTREAM-PROCESSVALUES-", burns: false), stores => new FixedKeyNode<K, V, R>(processor(), stores)) { ConnectedStores = connected, Stores = () => brought };
        stream.Builder.Graph.Add(stream.Node, node);
        return new KStream<K, R>(new()
        {
            Builder = stream.Builder, Node = node, Sources = stream.Sources, Key = stream.Key, NeedsRepartition = stream.NeedsRepartition,
        });
    }

    // Two tasks must not work on one object.
    private static void ThrowIfShared(object one, object other)
    {
        if (ReferenceEquals(one, other))
            throw new StreamsTopologyException($"The function that makes {one.GetType().Name} returned the same object twice; it must make a new one at each call.");
    }
}
