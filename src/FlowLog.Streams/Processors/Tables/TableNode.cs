using FlowLog.Streams.State.KeyValue;

namespace FlowLog.Streams.Processors.Tables;

/// <summary>
/// A node whose result is a table, kept in a store or not. With a record cache the changes go on when the cache lets go of them, and only the last of each row;
/// without one they go on at once.
/// </summary>
internal abstract class TableNode<KIn, VIn, K, V>(TableTraits traits) : Node<KIn, VIn, K, Change<V>>, IRowListener
    where K : notnull
{
    private TimestampedKeyValueStore<K, V>? _store;

    public bool WantsOldRows => traits.SendsOldValues;

    protected bool SendsOldValues => traits.SendsOldValues;

    protected bool HasStore => _store is not null;

    protected TimestampedKeyValueStore<K, V> Store => _store ?? throw new InvalidOperationException($"'{Name}' keeps no store.");

    public void RowFlushed(byte[] key, byte[]? row, byte[]? oldRow)
    {
        var current = Task.Current;
        var newRow = row is null ? default(ValueAndTimestamp<V>?) : Store.ReadRow(row);
        var old = oldRow is not null && SendsOldValues ? Store.ReadRow(oldRow).Value : Maybe<V>.None;
        var change = new Change<V>(old, newRow is { } present ? present.Value : Maybe<V>.None);
        Forward(new Record<K, Change<V>>(Store.ReadKey(key), true, change, true, newRow?.TimestampMs ?? current.TimestampMs, current.Headers?.Copy()));
    }

    protected override void Started()
    {
        if (traits.Store is null)
            return;

        _store = (TimestampedKeyValueStore<K, V>)Task.Stores[traits.Store];
        if (_store.IsCached)
            _store.Listener = this;
    }

    /// <summary>Stores a row and hands its change on, now or when the cache lets go of it.</summary>
    protected void StoreAndForward<KAny, VAny>(in Record<KAny, VAny> cause, K key, Maybe<V> row, Maybe<V> old, long timestampMs, bool isLatest = true)
    {
        if (row.HasValue)
            Store.Put(key, new ValueAndTimestamp<V>(row.Value, timestampMs));
        else
            Remove(key, cause.TimestampMs);

        if (!Store.IsCached)
            ForwardChange(cause, key, row, old, timestampMs, isLatest);
    }

    // A deletion is logged at the time of the record that caused it, which an operator before this one may have changed.
    private void Remove(K key, long timestampMs)
    {
        var working = Task.Current;
        Task.Current = working with { TimestampMs = timestampMs };
        Store.Remove(key);
        Task.Current = working;
    }

    protected void ForwardChange<KAny, VAny>(in Record<KAny, VAny> cause, K key, Maybe<V> row, Maybe<V> old, long timestampMs, bool isLatest = true)
    {
        var change = new Change<V>(SendsOldValues ? old : Maybe<V>.None, row, isLatest);
        Forward(new Record<K, Change<V>>(key, true, change, true, timestampMs, cause.HeadersOrNull?.Copy()));
    }
}
