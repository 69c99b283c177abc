using FlowLog.Client.Serialization;
using FlowLog.Streams.Processors;
using FlowLog.Streams.Processors.Stateless;
using FlowLog.Streams.Processors.Tables;
using FlowLog.Streams.Topology.Graph;

namespace FlowLog.Streams.Dsl;

/// <summary>A grouped stream in the graph, and how an aggregate is put behind it.</summary>
internal sealed class Grouping<K, V>(StreamState<K, V> stream, string? name)
    where K : notnull
{
    private RepartitionGraphNode<K, V>? _named;

    /// <summary>Adds the aggregate, and a repartition topic in front of it where keys have changed.</summary>
    public KTable<K, R> Aggregate<R>(string prefix, Store<K, R>? store, string? nodeName, ISerde<R>? value, Func<TableTraits, Node> create)
        where R : notnull
    {
        var builder = stream.Builder;
        var storeName = store?.Name ?? builder.Names.NextStore(prefix);
        var aggregateName = builder.Names.NameOr(nodeName, prefix);
        var (parent, sources) = Repartitioned(storeName, store?.Name is null);

        var traits = new TableTraits { Store = storeName };
        var blueprint = (store ?? new()).ToBlueprint(storeName, stream.Key, value);
        var node = new ProcessorGraphNode(aggregateName, _ => create(traits)) { Stores = () => [blueprint] };
        builder.Graph.Add(parent, node);
        return new KTable<K, R>(new()
        {
            Builder = builder, Node = node, Sources = sources, Key = blueprint.Key, Value = blueprint.Value, Traits = traits,
            SendOldValues = _ => traits.SendsOldValues = true, Reading = () => TableReading<K, R>.Of(storeName),
        });
    }

    private (GraphNode Parent, IReadOnlyCollection<string> Sources) Repartitioned(string storeName, bool storeNameIsGenerated)
    {
        if (!stream.NeedsRepartition)
            return (stream.Node, stream.Sources);

        var names = RepartitionNames.For(name ?? storeName, name is null && storeNameIsGenerated, stream.Builder.Names);

        // Several aggregates of one group with a name share its topic; without a name each gets a topic of its own.
        var node = name is null ? null : _named;
        if (node is null)
        {
            node = new RepartitionGraphNode<K, V>(names, null) { Key = stream.Key, Value = stream.Value, Filter = () => new KeyPresentNode<K, V>() };
            stream.Builder.Graph.Add(stream.Node, node);
            _named = node;
        }

        return (node, [node.Name]);
    }
}
