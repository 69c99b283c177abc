using System.Diagnostics.CodeAnalysis;

namespace FlowLog.Streams.State.KeyValue;

/// <summary>The rows of a table or aggregate without their time, to read only: who writes to a table must say at which time.</summary>
internal sealed class RowsWithoutTime<K, V>(TimestampedKeyValueStore<K, V> rows) : IKeyValueStore<K, V>
    where K : notnull
{
    public string Name => rows.Name;

    public bool IsPersistent => rows.IsPersistent;

    public long ApproximateCount => rows.ApproximateCount;

    public bool TryGet(K key, [MaybeNullWhen(false)] out V value) => rows.TryGet(key, out value, out _);

    public IEnumerable<KeyValuePair<K, V>> Range(Maybe<K> from = default, Maybe<K> to = default, bool descending = false) =>
        rows.Range(from, to, descending).Select(WithoutTime);

    public IEnumerable<KeyValuePair<K, V>> PrefixScan(ReadOnlyMemory<byte> prefix) => rows.PrefixScan(prefix).Select(WithoutTime);

    public void Put(K key, V? value) => throw ReadOnly();

    public Maybe<V> PutIfAbsent(K key, V? value) => throw ReadOnly();

    public Maybe<V> Delete(K key) => throw ReadOnly();

    private static KeyValuePair<K, V> WithoutTime(KeyValuePair<K, ValueAndTimestamp<V>> row) => new(row.Key, row.Value.Value);

    private InvalidOperationException ReadOnly() =>
        new($"Store '{Name}' keeps rows with their time: ask for it with GetStore<ITimestampedKeyValueStore<{typeof(K).Name}, {typeof(V).Name}>> to write to it.");
}
