using System.Diagnostics.CodeAnalysis;
using FlowLog.Streams.State.KeyValue;

namespace FlowLog.Streams.Processors.Tables;

/// <summary>Looks up rows of a table from another node of its task. Tables without a store are worked out from what they are made of, row by row.</summary>
internal abstract class TableReader<K, V>
    where K : notnull
{
    /// <summary>The row as it is now, with its time.</summary>
    public abstract bool TryGet(K key, [MaybeNullWhen(false)] out V value, out long timestampMs);
}

/// <summary>How a table is read: the stores that the reading node has to be connected to, and a reader for each task.</summary>
/// <param name="Stores">Names of the stores.</param>
/// <param name="Open">Makes the reader of a task.</param>
internal sealed record TableReading<K, V>(IReadOnlyList<string> Stores, Func<TaskContext, TableReader<K, V>> Open)
    where K : notnull
{
    /// <summary>Reads a store.</summary>
    public static TableReading<K, V> Of(string store) => new([store], task => new StoredTableReader<K, V>((TimestampedKeyValueStore<K, V>)task.Stores[store]));
}

/// <summary>Reads the table's own store.</summary>
internal sealed class StoredTableReader<K, V>(TimestampedKeyValueStore<K, V> store) : TableReader<K, V>
    where K : notnull
{
    public override bool TryGet(K key, [MaybeNullWhen(false)] out V value, out long timestampMs) => store.TryGet(key, out value, out timestampMs);
}

/// <summary>Reads another table and gives each row another value; none deletes it.</summary>
internal sealed class MappedTableReader<K, V, R>(TableReader<K, V> table, Func<K, V, Maybe<R>> mapper) : TableReader<K, R>
    where K : notnull
{
    public override bool TryGet(K key, [MaybeNullWhen(false)] out R value, out long timestampMs)
    {
        value = default;
        return table.TryGet(key, out var row, out timestampMs) && mapper(key, row).TryGet(out value);
    }
}

/// <summary>Reads a join of two tables from the tables themselves.</summary>
internal sealed class JoinedTableReader<K, V, T, R>(TableReader<K, V> left, TableReader<K, T> right, TableJoin<V, T, R> join) : TableReader<K, R>
    where K : notnull
{
    public override bool TryGet(K key, [MaybeNullWhen(false)] out R value, out long timestampMs)
    {
        var leftRow = left.TryGet(key, out var leftValue, out var leftTime) ? leftValue : Maybe<V>.None;
        var rightRow = right.TryGet(key, out var rightValue, out var rightTime) ? rightValue : Maybe<T>.None;
        timestampMs = Math.Max(leftRow.HasValue ? leftTime : -1, rightRow.HasValue ? rightTime : -1);
        return join.Result(leftRow, rightRow).TryGet(out value);
    }
}
