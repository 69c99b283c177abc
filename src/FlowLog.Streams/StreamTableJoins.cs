using FlowLog.Client.Serialization;
using FlowLog.Streams.Dsl;

namespace FlowLog.Streams;

/// <summary>
/// Joins of a stream with a table: each record meets the row that the table has for its key at that moment; changes of the table alone make no results. Streams whose keys
/// have changed are repartitioned first; topics that are joined must have equal numbers of partitions.
/// </summary>
public static class StreamTableJoins
{
    /// <summary>Records that have a row.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="table">The table.</param>
    /// <param name="joiner">Gets value and row.</param>
    /// <param name="name">Name of the node, and of the repartition topic if one is needed; null generates one.</param>
    /// <param name="keySerde">Serde of the keys; null inherits or finds one.</param>
    /// <param name="valueSerde">Serde of the stream's values; null inherits or finds one.</param>
    public static KStream<K, R> Join<K, V, T, R>(
        this KStream<K, V> stream, KTable<K, T> table, Func<V, T, R> joiner, string? name = null, ISerde<K>? keySerde = null, ISerde<V>? valueSerde = null)
        where K : notnull
        where T : notnull => Joins.StreamTable(stream, table, true, (_, value, row) => joiner(value, row.Value), name, keySerde, valueSerde);

    /// <summary>Records that have a row. The joiner gets key, value and row.</summary>
    public static KStream<K, R> Join<K, V, T, R>(
        this KStream<K, V> stream, KTable<K, T> table, Func<K, V, T, R> joiner, string? name = null, ISerde<K>? keySerde = null, ISerde<V>? valueSerde = null)
        where K : notnull
        where T : notnull => Joins.StreamTable(stream, table, true, (key, value, row) => joiner(key!, value, row.Value), name, keySerde, valueSerde);

    /// <summary>All records, with their row where there is one. Records without key have none.</summary>
    public static KStream<K, R> LeftJoin<K, V, T, R>(
        this KStream<K, V> stream, KTable<K, T> table, Func<V, Maybe<T>, R> joiner, string? name = null, ISerde<K>? keySerde = null, ISerde<V>? valueSerde = null)
        where K : notnull
        where T : notnull => Joins.StreamTable(stream, table, false, (_, value, row) => joiner(value, row), name, keySerde, valueSerde);

    /// <summary>All records, with their row where there is one. The joiner gets key, value and row; the key is null where there is none.</summary>
    public static KStream<K, R> LeftJoin<K, V, T, R>(
        this KStream<K, V> stream, KTable<K, T> table, Func<K?, V, Maybe<T>, R> joiner, string? name = null, ISerde<K>? keySerde = null, ISerde<V>? valueSerde = null)
        where K : notnull
        where T : notnull => Joins.StreamTable(stream, table, false, joiner, name, keySerde, valueSerde);
}
