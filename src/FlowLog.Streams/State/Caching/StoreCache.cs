using FlowLog.Streams.State.Bytes;

namespace FlowLog.Streams.State.Caching;

/// <summary>The cached rows of one store.</summary>
internal sealed class StoreCache : IRowChanges
{
    private readonly RecordCache _budget;
    private readonly IFlushedRows _below;
    private readonly Dictionary<byte[], CacheEntry> _entries = new(ByteKeys.Comparer);
    private readonly Dictionary<byte[], CacheEntry>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private readonly LinkedList<CacheEntry> _uses = new();
    private readonly LinkedList<CacheEntry> _changes = new();
    private OrderedKeys? _changedKeys;

    public StoreCache(RecordCache budget, IFlushedRows below)
    {
        _budget = budget;
        _below = below;
        _bySpan = _entries.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public long Bytes { get; private set; }

    public bool HasChanges => _changes.Count > 0;

    public CacheEntry? Find(ReadOnlySpan<byte> key)
    {
        if (!_bySpan.TryGetValue(key, out var entry))
            return null;

        _uses.Remove(entry.Use!);
        _uses.AddFirst(entry.Use!);
        return entry;
    }

    /// <summary>Changes a row or deletes it. <see cref="MakeRoom"/> must follow once the caller has let go of its buffers.</summary>
    public void Change(ReadOnlySpan<byte> key, ReadOnlySpan<byte> row, bool exists, RecordContext context)
    {
        var entry = Find(key) ?? Add(key);
        SetRow(entry, row, exists);
        entry.Context = context;
        if (!entry.IsDirty)
        {
            entry.IsDirty = true;
            entry.Change = new LinkedListNode<CacheEntry>(entry);
            _changedKeys?.Add(entry.Key);
        }
        else
        {
            _changes.Remove(entry.Change!);
        }

        _changes.AddLast(entry.Change!);
        Charge(entry, entry.Size);
    }

    /// <summary>Keeps a row that was read from below; null says that there is none.</summary>
    public void Remember(ReadOnlySpan<byte> key, byte[]? row)
    {
        var entry = Add(key);
        entry.Row = row;
        Charge(entry, entry.Size);
        MakeRoom();
    }

    /// <summary>Evicts the rows of this store that were used least recently, as far as the budget of the thread asks for.</summary>
    public void MakeRoom()
    {
        while (_budget.Bytes > _budget.MaxBytes && _uses.Last is { } last)
        {
            var entry = last.Value;
            Remove(entry);
            if (!entry.IsDirty)
                continue;

            _changes.Remove(entry.Change!);
            _changedKeys?.Remove(entry.Key);
            _below.Flushed(entry.Key, entry.Row, entry.Context);
        }
    }

    /// <summary>Hands all changes down, in the order of their last update. Rows stay for reading; deleted ones leave.</summary>
    public void Flush()
    {
        var changed = _changes.ToArray();
        _changes.Clear();
        _changedKeys = null;
        foreach (var entry in changed)
        {
            entry.IsDirty = false;
            entry.Change = null;
        }

        foreach (var entry in changed)
            _below.Flushed(entry.Key, entry.Row, entry.Context);

        foreach (var entry in changed)
        {
            if (entry.Row is null && !entry.IsDirty && _entries.TryGetValue(entry.Key, out var current) && current == entry)
                Remove(entry);
        }
    }

    /// <summary>Forgets everything without handing it down.</summary>
    public void Clear()
    {
        _budget.Bytes -= Bytes;
        Bytes = 0;
        _entries.Clear();
        _uses.Clear();
        _changes.Clear();
        _changedKeys = null;
    }

    public OrderedKeys ChangedKeys()
    {
        if (_changedKeys is not null)
            return _changedKeys;

        _changedKeys = new OrderedKeys();
        foreach (var entry in _changes)
            _changedKeys.Add(entry.Key);

        return _changedKeys;
    }

    public byte[]? ChangedRow(byte[] key) => _entries.TryGetValue(key, out var entry) ? entry.Row : null;

    private CacheEntry Add(ReadOnlySpan<byte> key)
    {
        var entry = new CacheEntry(key.ToArray());
        _entries.Add(entry.Key, entry);
        entry.Use = _uses.AddFirst(entry);
        return entry;
    }

    private void Remove(CacheEntry entry)
    {
        Charge(entry, 0);
        _entries.Remove(entry.Key);
        _uses.Remove(entry.Use!);
    }

    private void Charge(CacheEntry entry, long bytes)
    {
        Bytes += bytes - entry.Charged;
        _budget.Bytes += bytes - entry.Charged;
        entry.Charged = bytes;
    }

    private static void SetRow(CacheEntry entry, ReadOnlySpan<byte> row, bool exists)
    {
        if (!exists)
            entry.Row = null;
        else if (entry.Row is { } old && old.Length == row.Length)
            row.CopyTo(old);
        else
            entry.Row = row.ToArray();
    }
}
