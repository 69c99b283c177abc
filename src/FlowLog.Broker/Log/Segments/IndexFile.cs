using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log.Segments;

/// <summary>
/// An index as an array in memory over its file. Entries are written through when the segment is flushed, synced, closed or rolled,
/// many at a time: every index can be rebuilt from the log, and recovery scans from the last entry that it finds.
/// Not thread-safe; the segment guards it.
/// </summary>
internal sealed class IndexFile<TEntry>(SegmentFiles files, string kind)
    where TEntry : struct, IIndexEntry<TEntry>
{
    private const int SmallestArray = 16;

    private TEntry[]? _entries;
    private int _count;
    private int _written;
    private bool _exists;
    private bool _isSynced;

    /// <summary>Whether entries are in memory that the file does not have.</summary>
    public bool IsDirty => _entries is not null && (_written < _count || !_exists);

    /// <summary>Whether the entries are in memory, because somebody asked for them or changed them.</summary>
    public bool IsLoaded => _entries is not null;

    /// <summary>All entries, in order.</summary>
    public ReadOnlySpan<TEntry> Entries
    {
        get
        {
            EnsureLoaded();
            return _entries.AsSpan(0, _count);
        }
    }

    /// <summary>Starts empty, whatever a file of that name holds.</summary>
    public void StartEmpty()
    {
        _entries = [];
        _count = 0;
        _written = 0;
        _exists = false;
    }

    public void Add(in TEntry entry)
    {
        EnsureLoaded();
        if (_count == _entries!.Length)
            Array.Resize(ref _entries, Math.Max(SmallestArray, _count * 2));

        _entries[_count++] = entry;
    }

    /// <summary>Forgets the entries from <paramref name="count"/> on; the file is cut at once, so that no stale entry outlives a crash.</summary>
    public void Truncate(int count)
    {
        EnsureLoaded();
        _count = Math.Min(_count, count);
        if (_written <= _count)
            return;

        using (var file = files.Disk.Open(files.PathOf(kind), FileOpening.Existing))
            file.SetLength((long)_count * TEntry.Size);

        _written = _count;
        _isSynced = false;
    }

    /// <summary>Writes what the file does not have. An index without entries gets an (empty) file too when <paramref name="evenEmpty"/>.</summary>
    public void Flush(bool evenEmpty = true) => Write(evenEmpty, andSync: false);

    /// <summary>As <see cref="Flush"/>, and makes the file survive a power cut.</summary>
    public void Sync(bool evenEmpty = true) => Write(evenEmpty, andSync: true);

    /// <summary>Lets the array go; the next use reads the file.</summary>
    public void Unload()
    {
        if (!IsDirty)
            _entries = null;
    }

    private void EnsureLoaded()
    {
        if (_entries is not null)
            return;

        var path = files.PathOf(kind);
        (_entries, _exists) = files.Disk.FileExists(path) ? (Parse(files.Disk.ReadAllBytes(path)), true) : ([], false);
        _count = _entries.Length;
        _written = _count;
    }

    private void Write(bool evenEmpty, bool andSync)
    {
        if (_entries is null || (_count == 0 && !evenEmpty && !_exists))
            return;

        if (!IsDirty && (!andSync || _isSynced))
            return;

        using var file = files.OpenIndex(kind);
        if (!_exists || file.Length != (long)_written * TEntry.Size)
            file.SetLength((long)_written * TEntry.Size);

        if (_written < _count)
        {
            var bytes = new byte[(_count - _written) * TEntry.Size];
            for (var index = _written; index < _count; index++)
                _entries[index].Write(bytes.AsSpan((index - _written) * TEntry.Size));

            file.Write((long)_written * TEntry.Size, bytes);
        }

        (_exists, _written, _isSynced) = (true, _count, false);
        if (andSync)
            Sync(file);
    }

    private void Sync(IFile file)
    {
        try
        {
            file.SyncData();
            _isSynced = true;
        }
        catch (DiskException)
        {
            // What it could not write may be dropped without a word: all of it is written anew the next time.
            (_exists, _written) = (false, 0);
            throw;
        }
    }

    /// <summary>The longest beginning that can be true: a power cut may leave zeros or half an entry behind it.</summary>
    private static TEntry[] Parse(ReadOnlySpan<byte> bytes)
    {
        var entries = new TEntry[bytes.Length / TEntry.Size];
        for (var index = 0; index < entries.Length; index++)
        {
            entries[index] = TEntry.Read(bytes[(index * TEntry.Size)..]);
            var isTrue = index == 0 ? entries[0].MayBeFirst : entries[index].MayFollow(entries[index - 1]);
            if (!isTrue)
                return entries[..index];
        }

        return entries;
    }
}
