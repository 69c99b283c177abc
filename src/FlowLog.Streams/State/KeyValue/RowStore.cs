using System.Buffers.Binary;
using FlowLog.Streams.State.Bytes;
using FlowLog.Streams.State.Caching;

namespace FlowLog.Streams.State.KeyValue;

/// <summary>
/// A key-value store in bytes: record cache, then changelog, then rows. Where rows are timestamped they begin with eight bytes of time, which the
/// changelog carries as the record's own timestamp instead.
/// </summary>
internal sealed class RowStore(BytesStore rows, IStoreHost host, IChangelog? changelog, bool timestamped) : IFlushedRows
{
    private const int TimeSize = sizeof(long);
    private StoreCache? _cache;

    /// <summary>Told of each row that leaves the cache, once it is stored.</summary>
    public IRowListener? Listener { get; set; }

    public BytesStore Rows => rows;

    public bool IsCached => _cache is not null;

    public void UseCache(RecordCache cache) => _cache = cache.Open(this);

    public void CloseCache(RecordCache cache)
    {
        if (_cache is not null)
            cache.Close(_cache);
    }

    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> row)
    {
        if (_cache is null)
            return rows.TryGet(key, out row);

        if (_cache.Find(key) is { } entry)
        {
            row = entry.Row;
            return entry.Row is not null;
        }

        var found = rows.TryGet(key, out row);
        var copy = found ? row.ToArray() : null;
        row = copy;
        if (found)
            _cache.Remember(key, copy);

        return found;
    }

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> row)
    {
        if (_cache is null)
            Store(key, row);
        else
            _cache.Change(key, row, exists: true, host.Current);
    }

    public void Delete(ReadOnlySpan<byte> key)
    {
        if (_cache is null)
            Erase(key);
        else
            _cache.Change(key, [], exists: false, host.Current);
    }

    /// <summary>Lets the cache evict. Called after a change once its buffers are free, because what is evicted may come back to this very store.</summary>
    public void MakeRoom() => _cache?.MakeRoom();

    public void FlushCache() => _cache?.Flush();

    public BytesIterator Range(byte[]? from, byte[]? to, bool descending)
    {
        var below = rows.Range(from, to, descending);
        return _cache is { HasChanges: true } ? new MergedRows(_cache, below, from, to, descending) : below;
    }

    void IFlushedRows.Flushed(byte[] key, byte[]? row, RecordContext context)
    {
        var working = host.Current;
        host.Current = context;
        if (Listener is null)
            Apply(key, row);
        else
            FlushAndTell(Listener, key, row);

        host.Current = working;
    }

    // A row that was made and deleted again while it was in the cache leaves no trace.
    private void FlushAndTell(IRowListener listener, byte[] key, byte[]? row)
    {
        byte[]? old = null;
        if ((row is null || listener.WantsOldRows) && rows.TryGet(key, out var stored))
            old = stored.ToArray();

        if (row is null && old is null)
            return;

        Apply(key, row);
        listener.RowFlushed(key, row, old);
    }

    private void Apply(byte[] key, byte[]? row)
    {
        if (row is null)
            Erase(key);
        else
            Store(key, row);
    }

    private void Store(ReadOnlySpan<byte> key, ReadOnlySpan<byte> row)
    {
        rows.Put(key, row);
        if (changelog is null)
            return;

        if (timestamped)
            changelog.Put(key, row[TimeSize..], BinaryPrimitives.ReadInt64BigEndian(row));
        else
            changelog.Put(key, row, host.Current.TimestampMs);
    }

    private void Erase(ReadOnlySpan<byte> key)
    {
        rows.Delete(key);
        changelog?.Delete(key, host.Current.TimestampMs);
    }
}
