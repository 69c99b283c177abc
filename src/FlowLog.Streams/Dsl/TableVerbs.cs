using FlowLog.Client.Serialization;
using FlowLog.Streams.Processors;
using FlowLog.Streams.Processors.Tables;
using FlowLog.Streams.Topology.Graph;

namespace FlowLog.Streams.Dsl;

/// <summary>Verbs of tables.</summary>
internal static class TableVerbs
{
    public static KTable<K, V> Filter<K, V>(TableState<K, V> table, Func<K, V, bool> predicate, bool negate, Store<K, V>? store, string? name)
        where K : notnull
        where V : notnull
    {
        // Old rows are used where they come for free: then rows that never passed need not be deleted downstream.
        var traits = new TableTraits { Store = store?.Name, SendsOldValues = table.SendOldValues(false) };
        var value = store?.Value ?? table.Value;
        return Behind(table, "KTABLE-FILTER-", store, name, value, traits, () => new TableFilterNode<K, V>(predicate, negate, traits), (key, row) => predicate(key, row) != negate ? row : Maybe<V>.None);
    }

    public static KTable<K, R> MapValues<K, V, R>(TableState<K, V> table, Func<K, V, R> mapper, Store<K, R>? store, string? name)
        where K : notnull
        where V : notnull
        where R : notnull
    {
        var traits = new TableTraits { Store = store?.Name };
        return Behind(table, "KTABLE-MAPVALUES-", store, name, store?.Value, traits, () => new TableMapValuesNode<K, V, R>(mapper, traits), (key, row) => mapper(key, row));
    }

    public static KStream<K, V?> ToStream<K, V>(TableState<K, V> table, string? name)
        where K : notnull
        where V : notnull
    {
        var node = new ProcessorGraphNode(table.Builder.Names.NameOr(name, "KTABLE-TOSTREAM-"), _ => new TableToStreamNode<K, V>());
        table.Builder.Graph.Add(table.Node, node);
        return new KStream<K, V?>(new() { Builder = table.Builder, Node = node, Sources = table.Sources, Key = table.Key, Value = (ISerde<V?>?)table.Value });
    }

    public static KGroupedTable<K2, V2> GroupBy<K, V, K2, V2>(
        TableState<K, V> table, Func<K, V, (K2, V2)> selector, string? name, ISerde<K2>? key, ISerde<V2>? value)
        where K : notnull
        where V : notnull
        where K2 : notnull
        where V2 : notnull
    {
        var node = new ProcessorGraphNode(table.Builder.Names.NameOr(name, "KTABLE-SELECT-"), _ => new TableGroupNode<K, V, K2, V2>(selector));
        table.Builder.Graph.Add(table.Node, node);
        table.SendOldValues(true);
        return new KGroupedTable<K2, V2>(new TableGrouping<K2, V2>(table.Builder, node, name, key, value), value);
    }

    private static KTable<K, R> Behind<K, V, R>(
        TableState<K, V> table, string prefix, Store<K, R>? store, string? name, ISerde<R>? value, TableTraits traits, Func<Node> create, Func<K, V, Maybe<R>> mapper)
        where K : notnull
        where V : notnull
        where R : notnull
    {
        // A store that is asked for without a name is not made, but its name is counted.
        if (store is { Name: null })
            table.Builder.Names.NextStore(prefix);

        var key = store?.Key ?? table.Key;
        var node = new ProcessorGraphNode(table.Builder.Names.NameOr(name, prefix), _ => create())
        {
            Stores = StoresOf(store, key, value),
        };
        table.Builder.Graph.Add(table.Node, node);
        return new KTable<K, R>(new()
        {
            Builder = table.Builder, Node = node, Sources = table.Sources, Key = key, Value = value, Traits = traits,
            SendOldValues = mayMaterialize => traits.SendsOldValues = traits.SendsOldValues || traits.Store is not null || table.SendOldValues(mayMaterialize),
            Reading = () => traits.Store is { } own ? TableReading<K, R>.Of(own) : Mapped(table.Reading(), mapper),
        });
    }

    private static TableReading<K, R> Mapped<K, V, R>(TableReading<K, V> table, Func<K, V, Maybe<R>> mapper)
        where K : notnull => new(table.Stores, task => new MappedTableReader<K, V, R>(table.Open(task), mapper));

    private static Func<IEnumerable<StoreBlueprint>> StoresOf<K, R>(Store<K, R>? store, ISerde<K>? key, ISerde<R>? value)
        where K : notnull
    {
        if (store?.Name is not { } storeName)
            return () => [];

        var blueprint = store.ToBlueprint(storeName, key, value);
        return () => [blueprint];
    }
}
