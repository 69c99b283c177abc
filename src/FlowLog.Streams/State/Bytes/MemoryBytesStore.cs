namespace FlowLog.Streams.State.Bytes;

/// <summary>Rows in memory. Built again from the changelog at each start.</summary>
internal sealed class MemoryBytesStore : BytesStore
{
    private readonly Dictionary<byte[], byte[]> _rows = new(ByteKeys.Comparer);
    private readonly Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private OrderedKeys? _ordered;

    public MemoryBytesStore() => _bySpan = _rows.GetAlternateLookup<ReadOnlySpan<byte>>();

    public override bool IsPersistent => false;

    public override long ApproximateCount => _rows.Count;

    public override long UncommittedBytes => 0;

    public override bool TryGet(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var found = _bySpan.TryGetValue(key, out var row);
        value = row;
        return found;
    }

    public override void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (_bySpan.TryGetValue(key, out var kept, out var row))
        {
            if (row.Length == value.Length)
                value.CopyTo(row);
            else
                _rows[kept] = value.ToArray();
        }
        else
        {
            kept = key.ToArray();
            _rows.Add(kept, value.ToArray());
            _ordered?.Add(kept);
        }
    }

    public override void Delete(ReadOnlySpan<byte> key)
    {
        if (_bySpan.Remove(key))
            _ordered?.Remove(key);
    }

    public override BytesIterator Range(byte[]? from, byte[]? to, bool descending) => new Walk(this, Order(), from, to, descending);

    public override long? ReadPosition() => null;

    public override void Commit(long? changelogPosition)
    {
        // What is in memory is as permanent as it gets.
    }

    public override void Clear()
    {
        _rows.Clear();
        _ordered = null;
    }

    public override void Restore(RestoreRows rows, long changelogPosition)
    {
        foreach (var (key, value) in rows.InOrder())
        {
            if (value is null)
                Delete(key);
            else
                Put(key, value);
        }
    }

    public override void Dispose() => Clear();

    // Stores that are only ever asked for single keys do not pay for order.
    private OrderedKeys Order()
    {
        if (_ordered is not null)
            return _ordered;

        _ordered = new OrderedKeys();
        foreach (var key in _rows.Keys)
            _ordered.Add(key);

        return _ordered;
    }

    private sealed class Walk(MemoryBytesStore store, OrderedKeys keys, byte[]? from, byte[]? to, bool descending) : BytesIterator
    {
        private byte[]? _key;
        private byte[]? _value;
        private bool _started;

        public override ReadOnlySpan<byte> Key => _key;

        public override ReadOnlySpan<byte> Value => _value;

        public override bool MoveNext()
        {
            _key = _started ? Step() : Start();
            _started = true;
            return _key is not null && IsInside(_key) && store._rows.TryGetValue(_key, out _value);
        }

        public override void Dispose()
        {
            // Nothing native behind it.
        }

        private byte[]? Start()
        {
            if (descending)
                return to is null ? keys.Last() : keys.LastUpTo(to, inclusive: true);

            return from is null ? keys.First() : keys.FirstFrom(from, inclusive: true);
        }

        private byte[]? Step()
        {
            if (_key is null)
                return null;

            return descending ? keys.LastUpTo(_key, inclusive: false) : keys.FirstFrom(_key, inclusive: false);
        }

        private bool IsInside(byte[] key) =>
            descending ? from is null || ByteKeys.Compare(key, from) >= 0 : to is null || ByteKeys.Compare(key, to) <= 0;
    }
}
