namespace FlowLog.Broker.Log.Segments;

/// <summary>
/// The aborted transactions whose markers lie in a segment: all of them, not every n-th. It gets a file only when there are any.
/// Not thread-safe; the segment guards it.
/// </summary>
internal sealed class AbortedIndex(SegmentFiles files)
{
    private readonly IndexFile<AbortedTransaction> _entries = new(files, SegmentFileName.TransactionIndex);

    /// <summary>All of them, by marker.</summary>
    public ReadOnlySpan<AbortedTransaction> All => _entries.Entries;

    /// <summary>Whether it was read or changed since the segment was opened.</summary>
    public bool IsTouched => _entries.IsLoaded;

    /// <summary>Starts empty, whatever the file holds.</summary>
    public void StartEmpty() => _entries.StartEmpty();

    public void Add(in AbortedTransaction aborted) => _entries.Add(aborted);

    /// <summary>Adds what a reader of a range must hide; false when later segments need not be asked.</summary>
    public bool Collect(long fromOffset, long toOffset, List<AbortedTransaction> found)
    {
        foreach (var aborted in _entries.Entries)
        {
            if (aborted.LastOffset >= fromOffset && aborted.FirstOffset < toOffset)
                found.Add(aborted);

            if (aborted.LastStableOffset >= toOffset)
                return false;
        }

        return true;
    }

    /// <summary>Forgets those whose markers lie at or behind an offset.</summary>
    public void KeepBelow(long offset)
    {
        var entries = _entries.Entries;
        var keep = entries.Length;
        while (keep > 0 && entries[keep - 1].LastOffset >= offset)
            keep--;

        _entries.Truncate(keep);
    }

    /// <summary>Writes what the file does not have.</summary>
    public void Flush() => _entries.Flush(evenEmpty: false);

    /// <summary>As <see cref="Flush"/>, and makes it survive a power cut; does nothing when nobody looked at it.</summary>
    public void Sync() => _entries.Sync(evenEmpty: false);

    /// <summary>Lets memory go that can be read again.</summary>
    public void Unload() => _entries.Unload();
}
