using FlowLog.Client.Serialization;
using FlowLog.Streams.Processors;
using FlowLog.Streams.Processors.Tables;
using FlowLog.Streams.Topology.Graph;

namespace FlowLog.Streams.Dsl;

/// <summary>A grouped table in the graph, and how an aggregate is put behind it. Rows always travel through a repartition topic: their key has changed.</summary>
internal sealed class TableGrouping<K, V>(GraphBuilder builder, GraphNode selected, string? name, ISerde<K>? key, ISerde<V>? value)
    where K : notnull
{
    private RepartitionGraphNode<K, Change<V>>? _named;

    public KTable<K, R> Aggregate<R>(string prefix, Store<K, R>? store, string? nodeName, ISerde<R>? rowSerde, Func<TableTraits, Node> create)
        where R : notnull
    {
        var names = builder.Names;
        var storeName = store?.Name ?? names.NextStore(prefix);
        var sinkName = names.NameOr(nodeName is null ? null : nodeName + "-sink", "KSTREAM-SINK-");
        var sourceName = names.NameOr(nodeName is null ? null : nodeName + "-source", "KSTREAM-SOURCE-");
        var aggregateName = names.NameOr(nodeName, prefix);
        var repartition = Repartition(new RepartitionNames((name ?? storeName) + RepartitionNames.Suffix, sinkName, "", sourceName));

        var traits = new TableTraits { Store = storeName };
        var blueprint = (store ?? new()).ToBlueprint(storeName, key, rowSerde);
        var node = new ProcessorGraphNode(aggregateName, _ => create(traits)) { Stores = () => [blueprint] };
        builder.Graph.Add(repartition, node);
        return new KTable<K, R>(new()
        {
            Builder = builder, Node = node, Sources = [repartition.Name], Key = blueprint.Key, Value = blueprint.Value, Traits = traits,
            SendOldValues = _ => traits.SendsOldValues = true, Reading = () => TableReading<K, R>.Of(storeName),
        });
    }

    private RepartitionGraphNode<K, Change<V>> Repartition(RepartitionNames names)
    {
        if (name is not null && _named is not null)
            return _named;

        _named = new RepartitionGraphNode<K, Change<V>>(names, null) { Key = key, Value = new ChangeSerde<V>(value) };
        builder.Graph.Add(selected, _named);
        return _named;
    }
}
