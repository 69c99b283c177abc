using FlowLog.Streams.State.Bytes;

namespace FlowLog.Streams.State.Rocks;

/// <summary>
/// The rows of a store that are in memory: all that changed since the last commit, and as many others as the budget allows. What changed never
/// leaves before it is committed; the others leave by the clock rule (second chance).
/// </summary>
internal sealed class RowOverlay : IRowChanges
{
    private readonly Dictionary<byte[], CachedRow> _rows = new(ByteKeys.Comparer);
    private readonly Dictionary<byte[], CachedRow>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private readonly Queue<CachedRow> _clock = new();
    private readonly List<CachedRow> _dirty = [];
    private readonly long _budget;
    private OrderedKeys? _dirtyKeys;
    private long _cleanBytes;

    public RowOverlay(long budget)
    {
        _budget = budget;
        _bySpan = _rows.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public long DirtyBytes { get; private set; }

    /// <summary>Rows that changed, in the order of their first change.</summary>
    public IReadOnlyList<CachedRow> Dirty => _dirty;

    public CachedRow? Find(ReadOnlySpan<byte> key)
    {
        if (!_bySpan.TryGetValue(key, out var row))
            return null;

        row.WasUsed = true;
        return row;
    }

    public void Change(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool exists)
    {
        if (!_bySpan.TryGetValue(key, out var row))
        {
            row = Add(key);
            MarkDirty(row);
        }
        else if (row.IsDirty)
        {
            DirtyBytes -= row.Size;
        }
        else
        {
            _cleanBytes -= row.Size;
            MarkDirty(row);
        }

        SetValue(row, value, exists);
        row.WasUsed = true;
        DirtyBytes += row.Size;
    }

    /// <summary>Keeps what was read; a null value says that there is no such row.</summary>
    public CachedRow Remember(ReadOnlySpan<byte> key, byte[]? value)
    {
        var row = Add(key);
        row.Value = value;
        _cleanBytes += row.Size;
        if (_cleanBytes > _budget)
            MakeRoom();

        return row;
    }

    /// <summary>What changed is in the database now.</summary>
    public void MarkClean()
    {
        foreach (var row in _dirty)
            row.IsDirty = false;

        _cleanBytes += DirtyBytes;
        DirtyBytes = 0;
        _dirty.Clear();
        _dirtyKeys = null;
        if (_cleanBytes > _budget)
            MakeRoom();
    }

    // Built when the first range is read: most stores are asked for single rows only.
    public OrderedKeys ChangedKeys()
    {
        if (_dirtyKeys is not null)
            return _dirtyKeys;

        _dirtyKeys = new OrderedKeys();
        foreach (var row in _dirty)
            _dirtyKeys.Add(row.Key);

        return _dirtyKeys;
    }

    public byte[]? ChangedRow(byte[] key) => _rows[key].Value;

    public void Clear()
    {
        _rows.Clear();
        _clock.Clear();
        _dirty.Clear();
        _dirtyKeys = null;
        DirtyBytes = 0;
        _cleanBytes = 0;
    }

    private static void SetValue(CachedRow row, ReadOnlySpan<byte> value, bool exists)
    {
        if (!exists)
            row.Value = null;
        else if (row.Value is { } old && old.Length == value.Length)
            value.CopyTo(old);
        else
            row.Value = value.ToArray();
    }

    private CachedRow Add(ReadOnlySpan<byte> key)
    {
        var row = new CachedRow(key.ToArray());
        _rows.Add(row.Key, row);
        _clock.Enqueue(row);
        return row;
    }

    private void MarkDirty(CachedRow row)
    {
        row.IsDirty = true;
        _dirty.Add(row);
        _dirtyKeys?.Add(row.Key);
    }

    // Goes a tenth below the budget, so that the next rows do not each start a round.
    private void MakeRoom()
    {
        var goal = _budget - (_budget / 10);
        for (var left = 2 * _clock.Count; left > 0 && _cleanBytes > goal; left--)
        {
            var row = _clock.Dequeue();
            if (row.IsDirty || row.WasUsed)
            {
                row.WasUsed = false;
                _clock.Enqueue(row);
                continue;
            }

            _rows.Remove(row.Key);
            _cleanBytes -= row.Size;
        }
    }
}
