using FlowLog.Streams.Processors.Stateless;
using FlowLog.Streams.Processors.Tables;
using FlowLog.Streams.Topology.Graph;

namespace FlowLog.Streams.Dsl;

/// <summary>Streams through topics of their own, and into tables.</summary>
internal static class Repartitioning
{
    public static KStream<K, V> Repartition<K, V>(StreamState<K, V> stream, Repartitioned<K, V> how)
    {
        if (how.Partitions is < 1)
            throw new StreamsTopologyException($"A repartition topic has at least one partition, not {how.Partitions}.");

        var names = stream.Builder.Names;
        var prefix = how.Name is { } given ? Topology.NodeNames.Checked(given) : names.Next("KSTREAM-REPARTITION-");
        var key = how.Key ?? stream.Key;
        var value = how.Value ?? stream.Value;
        var node = new RepartitionGraphNode<K, V>(RepartitionNames.For(prefix, how.Name is null, names), how.Partitions)
        {
            Key = key, Value = value, Partitioner = how.Partitioner, Filter = () => new KeyPresentNode<K, V>(),
        };
        stream.Builder.Graph.Add(stream.Node, node);
        return new KStream<K, V>(stream with { Node = node, Sources = [node.Name], Key = key, Value = value, NeedsRepartition = false });
    }

    public static KTable<K, V> ToTable<K, V>(StreamState<K, V> stream, Store<K, V>? store, string? name)
        where K : notnull
        where V : notnull
    {
        const string Prefix = "KSTREAM-TOTABLE-";
        var builder = stream.Builder;
        var storeName = store?.Name ?? builder.Names.NextStore(Prefix);
        var tableName = builder.Names.NameOr(name, Prefix);
        var key = store?.Key ?? stream.Key;
        var value = store?.Value ?? stream.Value;

        GraphNode parent = stream.Node;
        var sources = stream.Sources;
        if (stream.NeedsRepartition)
        {
            parent = new RepartitionGraphNode<K, V>(RepartitionNames.For(tableName, name is null, builder.Names), null)
            {
                Key = key, Value = value, Filter = () => new KeyPresentNode<K, V>(),
            };
            builder.Graph.Add(stream.Node, parent);
            sources = [parent.Name];
        }

        return Sources.TableOf(builder, parent, sources, tableName, storeName, store ?? new(), key, value, new TableTraits { Store = storeName });
    }
}
