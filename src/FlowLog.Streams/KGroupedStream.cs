using FlowLog.Streams.Dsl;
using FlowLog.Streams.Processors.Tables;

namespace FlowLog.Streams;

/// <summary>A stream whose records are to be aggregated by key. Records without key or value are dropped and counted.</summary>
public sealed class KGroupedStream<K, V>
    where K : notnull
{
    private const string AggregatePrefix = "KSTREAM-AGGREGATE-";
    private readonly Grouping<K, V> _grouping;

    internal KGroupedStream(StreamState<K, V> stream, string? name)
    {
        Value = stream.Value;
        _grouping = new Grouping<K, V>(stream, name);
    }

    internal Grouping<K, V> Grouping => _grouping;

    internal Client.Serialization.ISerde<V>? Value { get; }

    /// <summary>Counts the records of each key.</summary>
    /// <param name="store">How the counts are stored; a text is the name of the store.</param>
    /// <param name="name">Name of the node; null generates one.</param>
    public KTable<K, long> Count(Store<K, long>? store = null, string? name = null) =>
        _grouping.Aggregate(
            AggregatePrefix, store, name, Client.Serialization.Serdes.Int64, traits => new AggregateNode<K, V, long>(static () => 0L, static (_, _, count) => count + 1, traits));

    /// <summary>Folds the records of each key.</summary>
    /// <param name="initializer">The result before the first record: called where there is no row, whatever its type.</param>
    /// <param name="aggregator">Gets key, value and the result so far; null deletes the row.</param>
    /// <param name="store">How the results are stored.</param>
    /// <param name="name">Name of the node; null generates one.</param>
    public KTable<K, R> Aggregate<R>(Func<R> initializer, Func<K, V, R, R> aggregator, Store<K, R>? store = null, string? name = null)
        where R : notnull => _grouping.Aggregate(AggregatePrefix, store, name, null, traits => new AggregateNode<K, V, R>(initializer, aggregator, traits));
}
