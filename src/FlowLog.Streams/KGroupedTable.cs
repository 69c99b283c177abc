using FlowLog.Client.Serialization;
using FlowLog.Streams.Dsl;
using FlowLog.Streams.Processors.Tables;

namespace FlowLog.Streams;

/// <summary>
/// A table whose rows are to be aggregated by a new key. Rows come, change and go, so an aggregate says both how a row is put in and how it is taken out.
/// </summary>
public sealed class KGroupedTable<K, V>
    where K : notnull
    where V : notnull
{
    private const string AggregatePrefix = "KTABLE-AGGREGATE-";
    private readonly TableGrouping<K, V> _grouping;
    private readonly ISerde<V>? _value;

    internal KGroupedTable(TableGrouping<K, V> grouping, ISerde<V>? value)
    {
        _grouping = grouping;
        _value = value;
    }

    internal TableGrouping<K, V> Grouping => _grouping;

    /// <summary>Counts the rows of each key.</summary>
    public KTable<K, long> Count(Store<K, long>? store = null, string? name = null) =>
        _grouping.Aggregate(
            AggregatePrefix, store, name, Serdes.Int64,
            traits => new GroupedTableNode<K, V, long>(static () => 0L, static (_, _, count) => count + 1, static (_, _, count) => count - 1, traits));

    /// <summary>Combines the rows of each key; the first is the result as it is.</summary>
    /// <param name="adder">Gets the result so far and a new row; null deletes.</param>
    /// <param name="subtractor">Gets the result so far and a row that is gone; null deletes.</param>
    /// <param name="store">How the results are stored.</param>
    /// <param name="name">Name of the node; null generates one.</param>
    public KTable<K, V> Reduce(Func<V, V, V> adder, Func<V, V, V> subtractor, Store<K, V>? store = null, string? name = null) =>
        _grouping.Aggregate("KTABLE-REDUCE-", store, name, _value, traits => new GroupedTableReduceNode<K, V>(adder, subtractor, traits));

    /// <summary>Folds the rows of each key.</summary>
    /// <param name="initializer">The result before the first row: called where there is no result, whatever its type.</param>
    /// <param name="adder">Gets key, row and the result so far; null deletes.</param>
    /// <param name="subtractor">Gets key, a row that is gone and the result so far; null deletes. Only called for rows that were there.</param>
    /// <param name="store">How the results are stored.</param>
    /// <param name="name">Name of the node; null generates one.</param>
    public KTable<K, R> Aggregate<R>(Func<R> initializer, Func<K, V, R, R> adder, Func<K, V, R, R> subtractor, Store<K, R>? store = null, string? name = null)
        where R : notnull =>
        _grouping.Aggregate(AggregatePrefix, store, name, null, traits => new GroupedTableNode<K, V, R>(initializer, adder, subtractor, traits));
}
