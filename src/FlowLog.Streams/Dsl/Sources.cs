using System.Text.RegularExpressions;
using FlowLog.Client.Serialization;
using FlowLog.Streams.Processors.Tables;
using FlowLog.Streams.Topology.Graph;

namespace FlowLog.Streams.Dsl;

/// <summary>Topics as streams and tables.</summary>
internal static class Sources
{
    public static KStream<K, V> Stream<K, V>(GraphBuilder builder, IReadOnlyList<string> topics, Regex? pattern, Consumed<K, V> consumed)
    {
        var name = builder.Names.NameOr(consumed.Name, "KSTREAM-SOURCE-");
        var node = new SourceGraphNode<K, V>(name, topics, pattern, consumed);
        builder.Graph.AddRoot(node);
        return new KStream<K, V>(new() { Builder = builder, Node = node, Sources = [name], Key = consumed.Key, Value = consumed.Value });
    }

    public static KTable<K, V> Table<K, V>(GraphBuilder builder, string topic, Store<K, V>? store, Consumed<K, V> consumed)
        where K : notnull
        where V : notnull
    {
        // The counter moves for the store's name whenever the user gives none.
        var storeName = store?.Name ?? builder.Names.NextStore(topic + "-");
        var key = store?.Key ?? consumed.Key;
        var value = store?.Value ?? consumed.Value;
        var sourceName = builder.Names.NameOr(consumed.Name is null ? null : consumed.Name + "-source", "KSTREAM-SOURCE-");
        var tableName = builder.Names.NameOr(consumed.Name, "KTABLE-SOURCE-");

        var source = new SourceGraphNode<K, V>(sourceName, [topic], null, consumed with { Key = key, Value = value });
        builder.Graph.AddRoot(source);
        var traits = new TableTraits { Store = store?.Name };
        return TableOf(builder, source, [sourceName], tableName, storeName, store ?? new(), key, value, traits);
    }

    /// <summary>A stream read as a table, behind its source or behind any other node.</summary>
    public static KTable<K, V> TableOf<K, V>(
        GraphBuilder builder,
        GraphNode parent,
        IReadOnlyCollection<string> sources,
        string name,
        string storeName,
        Store<K, V> store,
        ISerde<K>? key,
        ISerde<V>? value,
        TableTraits traits)
        where K : notnull
        where V : notnull
    {
        var blueprint = store.ToBlueprint(storeName, key, value);
        var node = new ProcessorGraphNode(name, _ => new TableSourceNode<K, V>(traits))
        {
            Stores = () => traits.Store is null ? [] : [blueprint],
        };
        builder.Graph.Add(parent, node);
        return new KTable<K, V>(new()
        {
            Builder = builder, Node = node, Sources = sources, Key = key, Value = value, Traits = traits,
            SendOldValues = mayMaterialize =>
            {
                if (traits.Store is null && !mayMaterialize)
                    return false;

                traits.Store ??= storeName;
                return traits.SendsOldValues = true;
            },
            Reading = () => TableReading<K, V>.Of(traits.Store ??= storeName),
        });
    }
}
