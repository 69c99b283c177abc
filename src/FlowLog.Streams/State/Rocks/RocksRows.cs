using FlowLog.Streams.State.Bytes;
using RocksDbSharp;

namespace FlowLog.Streams.State.Rocks;

/// <summary>The rows of a column family between two keys, as they were in the database when the walk began.</summary>
internal sealed class RocksRows : BytesIterator
{
    private readonly ReadOptions _options;
    private readonly Iterator _rows;
    private readonly bool _descending;
    private bool _started;

    public RocksRows(RocksDb db, ColumnFamilyHandle family, byte[]? from, byte[]? to, bool descending)
    {
        _descending = descending;
        _options = new ReadOptions()
            .SetIterateLowerBound(from is null ? RowKey.First : RowKey.Of(from))
            .SetIterateUpperBound(to is null ? RowKey.End : RowKey.Behind(to));
        _rows = db.NewIterator(family, _options);
    }

    public override ReadOnlySpan<byte> Key => RowKey.ToKey(_rows.GetKeySpan());

    public override ReadOnlySpan<byte> Value => _rows.GetValueSpan();

    public override bool MoveNext()
    {
        if (!_started)
        {
            _started = true;
            _ = _descending ? _rows.SeekToLast() : _rows.SeekToFirst();
        }
        else
        {
            _ = _descending ? _rows.Prev() : _rows.Next();
        }

        return _rows.Valid();
    }

    public override void Dispose()
    {
        _rows.Dispose();
        (_options as IDisposable)?.Dispose();
    }
}
