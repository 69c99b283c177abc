using FlowLog.Client.Serialization;
using FlowLog.Streams.Dsl;
using FlowLog.Streams.Processors.Tables;

namespace FlowLog.Streams;

/// <summary>Verbs that need keys, or values, that cannot be null.</summary>
public static class KStreamExtensions
{
    /// <summary>Groups by the key the records have. They are repartitioned only where keys have changed since they were read.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">Name of the repartition topic, if one is needed; null takes the aggregate's store name.</param>
    /// <param name="keySerde">Serde of the keys; null inherits or finds one.</param>
    /// <param name="valueSerde">Serde of the values; null inherits or finds one.</param>
    public static KGroupedStream<K, V> GroupByKey<K, V>(this KStream<K, V> stream, string? name = null, ISerde<K>? keySerde = null, ISerde<V>? valueSerde = null)
        where K : notnull
    {
        var state = stream.State;
        return new KGroupedStream<K, V>(state with { Key = keySerde ?? state.Key, Value = valueSerde ?? state.Value }, name);
    }

    /// <summary>
    /// Reads the stream as a table: each record is the new state of its key, one without value deletes the row, one without key is dropped and counted.
    /// </summary>
    public static KTable<K, V> ToTable<K, V>(this KStream<K, V> stream, Store<K, V>? store = null, string? name = null)
        where K : notnull
        where V : notnull => Repartitioning.ToTable(stream.State, store, name);

    /// <summary>Combines the records of each key; the first is the result as it is.</summary>
    /// <param name="grouped">The grouped stream.</param>
    /// <param name="reducer">Gets the result so far and the next value; null deletes the row.</param>
    /// <param name="store">How the results are stored.</param>
    /// <param name="name">Name of the node; null generates one.</param>
    public static KTable<K, V> Reduce<K, V>(this KGroupedStream<K, V> grouped, Func<V, V, V> reducer, Store<K, V>? store = null, string? name = null)
        where K : notnull
        where V : notnull =>
        grouped.Grouping.Aggregate("KSTREAM-REDUCE-", store, name, grouped.Value, traits => new ReduceNode<K, V>(reducer, traits));
}
