using FlowLog.Client.Serialization;
using FlowLog.Streams.Dsl;
using FlowLog.Streams.Processors.Tables;

namespace FlowLog.Streams;

/// <summary>
/// A table that changes: one row for each key. A row that is gone is absent and never <c>default</c>, so numbers and record structs are rows like any other.
/// </summary>
public sealed class KTable<K, V>
    where K : notnull
    where V : notnull
{
    internal KTable(TableState<K, V> state) => State = state;

    internal TableState<K, V> State { get; }

    /// <summary>Name under which the rows can be read from outside; null where they are not stored.</summary>
    public string? StoreName => State.Traits.Store;

    /// <summary>Keeps the rows that the predicate holds for; one that no longer passes is deleted.</summary>
    /// <param name="predicate">Gets key and row; not asked about deletions.</param>
    /// <param name="store">Stores the result where it has a name.</param>
    /// <param name="name">Name of the node; null generates one.</param>
    public KTable<K, V> Filter(Func<K, V, bool> predicate, Store<K, V>? store = null, string? name = null) => TableVerbs.Filter(State, predicate, false, store, name);

    /// <summary>Keeps the rows that the predicate does not hold for; one that no longer passes is deleted.</summary>
    public KTable<K, V> FilterNot(Func<K, V, bool> predicate, Store<K, V>? store = null, string? name = null) => TableVerbs.Filter(State, predicate, true, store, name);

    /// <summary>Gives each row another value; null deletes it.</summary>
    public KTable<K, R> MapValues<R>(Func<V, R> mapper, Store<K, R>? store = null, string? name = null)
        where R : notnull => TableVerbs.MapValues(State, (_, row) => mapper(row), store, name);

    /// <summary>Gives each row another value; null deletes it. The key is only to be looked at.</summary>
    public KTable<K, R> MapValues<R>(Func<K, V, R> mapper, Store<K, R>? store = null, string? name = null)
        where R : notnull => TableVerbs.MapValues(State, mapper, store, name);

    /// <summary>The changes of the table as a stream of its new rows; a deletion is a record without value.</summary>
    public KStream<K, V?> ToStream(string? name = null) => TableVerbs.ToStream(State, name);

    /// <summary>The changes of the table as a stream of its new rows with other keys.</summary>
    public KStream<K2, V?> ToStream<K2>(Func<K, V?, K2> key, string? name = null) => ToStream(name).SelectKey((old, row) => key(old!, row));

    /// <summary>Groups rows by a new key, to be aggregated. Rows must be told as they were before, so the table is stored.</summary>
    /// <param name="selector">Gets key and row, gives the new key and the value to aggregate; where either is null the row is left out.</param>
    /// <param name="name">Name of the topic between application id and "-repartition"; null takes the aggregate's store name.</param>
    /// <param name="keySerde">Serde of the new keys; null finds one.</param>
    /// <param name="valueSerde">Serde of the new values; null finds one.</param>
    public KGroupedTable<K2, V2> GroupBy<K2, V2>(Func<K, V, (K2 Key, V2 Value)> selector, string? name = null, ISerde<K2>? keySerde = null, ISerde<V2>? valueSerde = null)
        where K2 : notnull
        where V2 : notnull => TableVerbs.GroupBy(State, selector, name, keySerde, valueSerde);

    /// <summary>Groups rows by a new key, to be aggregated.</summary>
    public KGroupedTable<K2, V> GroupBy<K2>(Func<K, V, K2> key, string? name = null, ISerde<K2>? keySerde = null)
        where K2 : notnull => TableVerbs.GroupBy(State, (old, row) => (key(old, row), row), name, keySerde, State.Value);

    /// <summary>Rows that both tables have; changes of either side count. Topics of both must have equal numbers of partitions.</summary>
    /// <param name="other">The other table.</param>
    /// <param name="joiner">Gets both rows; null is no row.</param>
    /// <param name="store">Stores the result where it has a name.</param>
    /// <param name="name">Name of the nodes; null generates one.</param>
    public KTable<K, R> Join<T, R>(KTable<K, T> other, Func<V, T, R> joiner, Store<K, R>? store = null, string? name = null)
        where T : notnull
        where R : notnull => Joins.Tables(State, other.State, new TableJoin<V, T, R>(true, true, (left, right) => joiner(left.Value, right.Value)), store, name);

    /// <summary>All rows of this table, with the other's where it has one.</summary>
    public KTable<K, R> LeftJoin<T, R>(KTable<K, T> other, Func<V, Maybe<T>, R> joiner, Store<K, R>? store = null, string? name = null)
        where T : notnull
        where R : notnull => Joins.Tables(State, other.State, new TableJoin<V, T, R>(true, false, (left, right) => joiner(left.Value, right)), store, name);

    /// <summary>Rows that either table has.</summary>
    public KTable<K, R> OuterJoin<T, R>(KTable<K, T> other, Func<Maybe<V>, Maybe<T>, R> joiner, Store<K, R>? store = null, string? name = null)
        where T : notnull
        where R : notnull => Joins.Tables(State, other.State, new TableJoin<V, T, R>(false, false, joiner), store, name);
}
