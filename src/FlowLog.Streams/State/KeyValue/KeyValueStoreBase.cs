using System.Diagnostics.CodeAnalysis;
using FlowLog.Client.Serialization;
using FlowLog.Streams.State.Bytes;
using FlowLog.Streams.State.Caching;

namespace FlowLog.Streams.State.KeyValue;

/// <summary>
/// A typed key-value store over <see cref="RowStore"/>. <typeparamref name="TRow"/> is what users put and get: the plain value, or value and time.
/// </summary>
internal abstract class KeyValueStoreBase<K, TRow> : StateStore, IKeyValueStore<K, TRow>
    where K : notnull
{
    private readonly ISerde<K> _keys;
    private readonly RowStore _rows;
    private readonly RecordCache? _cache;
    private readonly ByteBuffer _keyBytes = new();
    private readonly ByteBuffer _rowBytes = new();

    protected KeyValueStoreBase(string name, ISerde<K> keys, RowStore rows, RecordCache? cache)
        : base(name)
    {
        _keys = keys;
        _rows = rows;
        _cache = cache;
        if (cache is { MaxBytes: > 0 })
            rows.UseCache(cache);
    }

    public override bool IsPersistent => _rows.Rows.IsPersistent;

    public override long UncommittedBytes => _rows.Rows.UncommittedBytes;

    public long ApproximateCount => _rows.Rows.ApproximateCount;

    /// <summary>Whether changes are forwarded when they leave the cache, and not at once.</summary>
    public bool IsCached => _rows.IsCached;

    public IRowListener? Listener
    {
        get => _rows.Listener;
        set => _rows.Listener = value;
    }

    public bool TryGet(K key, [MaybeNullWhen(false)] out TRow value)
    {
        if (_rows.TryGet(KeyBytes(key), out var row))
        {
            value = ReadRow(row);
            return true;
        }

        value = default;
        return false;
    }

    public void Put(K key, TRow? value)
    {
        if (value is null || IsAbsent(value))
        {
            Remove(key);
            return;
        }

        // Serialized before anything is touched: a value that cannot be written leaves the row as it was.
        WriteRow(value, _rowBytes.Clear());
        _rows.Put(KeyBytes(key), _rowBytes.Written);
        _rows.MakeRoom();
    }

    public Maybe<TRow> PutIfAbsent(K key, TRow? value)
    {
        if (TryGet(key, out var existing))
            return existing;

        Put(key, value);
        return Maybe<TRow>.None;
    }

    public Maybe<TRow> Delete(K key)
    {
        var existing = TryGet(key, out var value) ? value : Maybe<TRow>.None;
        Remove(key);
        return existing;
    }

    /// <summary>Deletes a row without looking at it.</summary>
    public void Remove(K key)
    {
        _rows.Delete(KeyBytes(key));
        _rows.MakeRoom();
    }

    public IEnumerable<KeyValuePair<K, TRow>> Range(Maybe<K> from = default, Maybe<K> to = default, bool descending = false)
    {
        var first = from.HasValue ? KeyBytes(from.Value).ToArray() : null;
        var last = to.HasValue ? KeyBytes(to.Value).ToArray() : null;
        if (first is not null && last is not null && ByteKeys.Compare(first, last) > 0)
            return [];

        return Walk(() => _rows.Range(first, last, descending));
    }

    public IEnumerable<KeyValuePair<K, TRow>> PrefixScan(ReadOnlyMemory<byte> prefix)
    {
        var bytes = prefix.ToArray();
        return Walk(() => new PrefixRows(_rows.Range(bytes, null, descending: false), bytes));
    }

    public override long? ReadPosition() => _rows.Rows.ReadPosition();

    public override void Restore(RestoreRows rows, long changelogPosition) => _rows.Rows.Restore(rows, changelogPosition);

    public override void FlushCache() => _rows.FlushCache();

    public override void Commit(long? changelogPosition) => _rows.Rows.Commit(changelogPosition);

    public override void Clear() => _rows.Rows.Clear();

    public override void Close()
    {
        if (_cache is not null)
            _rows.CloseCache(_cache);

        _rows.Rows.Dispose();
    }

    public K ReadKey(ReadOnlySpan<byte> key) => _keys.Deserialize(key);

    public abstract TRow ReadRow(ReadOnlySpan<byte> row);

    protected abstract void WriteRow(TRow row, ByteBuffer target);

    protected virtual bool IsAbsent(TRow row) => false;

    private ReadOnlySpan<byte> KeyBytes(K key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _keys.Serialize(key, _keyBytes.Clear());
        return _keyBytes.Written;
    }

    private IEnumerable<KeyValuePair<K, TRow>> Walk(Func<BytesIterator> open)
    {
        using var rows = open();
        while (rows.MoveNext())
            yield return new KeyValuePair<K, TRow>(ReadKey(rows.Key), ReadRow(rows.Value));
    }
}
