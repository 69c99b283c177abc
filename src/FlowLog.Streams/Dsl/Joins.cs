using FlowLog.Client.Serialization;
using FlowLog.Streams.Processors.Joins;
using FlowLog.Streams.Processors.Stateless;
using FlowLog.Streams.Processors.Tables;
using FlowLog.Streams.Topology.Graph;

namespace FlowLog.Streams.Dsl;

/// <summary>Joins by key.</summary>
internal static class Joins
{
    public static KStream<K, R> StreamTable<K, V, T, R>(
        KStream<K, V> stream, KTable<K, T> table, bool needsRow, Func<K?, V, Maybe<T>, R> joiner, string? name, ISerde<K>? key, ISerde<V>? value)
        where K : notnull
        where T : notnull
    {
        var (parent, sources) = Repartitioned(stream, needsRow, name, key, value);
        var reading = table.State.Reading();
        var node = new ProcessorGraphNode(
            stream.State.NameOr(name, needsRow ? "KSTREAM-JOIN-" : "KSTREAM-LEFTJOIN-"), _ => new StreamTableJoinNode<K, V, T, R>(reading, needsRow, joiner)) { ConnectedStores = reading.Stores };
        var graph = stream.State.Builder.Graph;
        graph.Add(parent, node);
        graph.Copartition([.. sources, .. table.State.Sources]);
        return new KStream<K, R>(new() { Builder = stream.State.Builder, Node = node, Sources = [.. sources, .. table.State.Sources], Key = key ?? stream.State.Key });
    }

    public static KTable<K, R> Tables<K, V, T, R>(TableState<K, V> left, TableState<K, T> right, TableJoin<V, T, R> join, Store<K, R>? store, string? name)
        where K : notnull
        where V : notnull
        where T : notnull
        where R : notnull
    {
        // Without the other side it takes the row as it was to know whether there was a result.
        if (!join.NeedsRight)
            left.SendOldValues(true);
        if (!join.NeedsLeft)
            right.SendOldValues(true);

        var names = left.Builder.Names;
        if (store is { Name: null })
            names.NextStore("KTABLE-MERGE-");

        var mergeName = names.NameOr(name, "KTABLE-MERGE-");
        var (readLeft, readRight) = (left.Reading(), right.Reading());
        var traits = new TableTraits { Store = store?.Name };
        var reversed = join.Reversed();
        var fromLeft = Side(names.NameOr(name is null ? null : name + "-join-this", "KTABLE-JOINTHIS-"), left, readRight.Stores, () => new TableJoinNode<K, V, T, R>(readRight, join, traits));
        var fromRight = Side(names.NameOr(name is null ? null : name + "-join-other", "KTABLE-JOINOTHER-"), right, readLeft.Stores, () => new TableJoinNode<K, T, V, R>(readLeft, reversed, traits));

        var key = store?.Key ?? left.Key;
        var blueprint = store?.Name is { } storeName ? store.ToBlueprint(storeName, key, store.Value) : null;
        var merge = new ProcessorGraphNode(mergeName, _ => new TableMergeNode<K, R>(traits)) { Stores = () => blueprint is null ? [] : [blueprint] };
        left.Builder.Graph.Add([fromLeft, fromRight], merge);
        left.Builder.Graph.Copartition([.. left.Sources, .. right.Sources]);
        return new KTable<K, R>(new()
        {
            Builder = left.Builder, Node = merge, Sources = [.. left.Sources.Union(right.Sources)], Key = key, Value = store?.Value, Traits = traits,
            SendOldValues = _ =>
            {
                left.SendOldValues(true);
                right.SendOldValues(true);
                return traits.SendsOldValues = true;
            },
            Reading = () => traits.Store is { } own
                ? TableReading<K, R>.Of(own)
                : new TableReading<K, R>(
                    [.. readRight.Stores.Union(readLeft.Stores)], task => new JoinedTableReader<K, V, T, R>(readLeft.Open(task), readRight.Open(task), join)),
        });
    }

    private static ProcessorGraphNode Side<K, V>(string name, TableState<K, V> table, IReadOnlyList<string> stores, Func<Processors.Node> create)
        where K : notnull
    {
        var node = new ProcessorGraphNode(name, _ => create()) { ConnectedStores = stores };
        table.Builder.Graph.Add(table.Node, node);
        return node;
    }

    // Several joins of one stream share its repartition topic; the counter moves for each.
    private static (GraphNode Parent, IReadOnlyCollection<string> Sources) Repartitioned<K, V>(KStream<K, V> stream, bool needsKey, string? name, ISerde<K>? key, ISerde<V>? value)
    {
        var state = stream.State;
        if (!state.NeedsRepartition)
            return (state.Node, state.Sources);

        var names = RepartitionNames.For(name ?? state.Node.Name, name is null, state.Builder.Names);
        if (stream.RepartitionedForJoins is null)
        {
            stream.RepartitionedForJoins = new RepartitionGraphNode<K, V>(names, null)
            {
                Key = key ?? state.Key, Value = value ?? state.Value, Filter = () => needsKey ? new KeyPresentNode<K, V>() : new PassThroughNode<K, V>(),
            };
            state.Builder.Graph.Add(state.Node, stream.RepartitionedForJoins);
        }

        return (stream.RepartitionedForJoins, [stream.RepartitionedForJoins.Name]);
    }
}
