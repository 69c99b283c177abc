using System.Diagnostics.CodeAnalysis;

namespace FlowLog.Streams;

/// <summary>Rows to read. Order is that of the serialized keys, byte by byte.</summary>
public interface IReadOnlyKeyValueStore<K, V>
    where K : notnull
{
    /// <summary>The row of a key, if there is one.</summary>
    bool TryGet(K key, [MaybeNullWhen(false)] out V value);

    /// <summary>The row of a key, or nothing.</summary>
    Maybe<V> Get(K key) => TryGet(key, out var value) ? value : Maybe<V>.None;

    /// <summary>
    /// Rows from one key to another, both included; no bound where none is given. Rows may be changed while they are walked; whether the walk
    /// sees it is not said. The walk must be finished (or its enumerator disposed) before the record's processing ends.
    /// </summary>
    IEnumerable<KeyValuePair<K, V>> Range(Maybe<K> from = default, Maybe<K> to = default, bool descending = false);

    /// <summary>All rows.</summary>
    IEnumerable<KeyValuePair<K, V>> All(bool descending = false) => Range(default, default, descending);

    /// <summary>Rows whose serialized keys begin with these bytes.</summary>
    IEnumerable<KeyValuePair<K, V>> PrefixScan(ReadOnlyMemory<byte> prefix);

    /// <summary>Number of rows, roughly.</summary>
    long ApproximateCount { get; }
}
