using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Log.Segments;

/// <summary>
/// Where in a segment to start looking: its sparse indexes of offsets and of timestamps. An entry never leads past what is looked for.
/// Not thread-safe; the segment guards it.
/// </summary>
internal sealed class SegmentIndexes(SegmentFiles files)
{
    private readonly IndexFile<OffsetEntry> _offsets = new(files, SegmentFileName.OffsetIndex);
    private readonly IndexFile<TimeEntry> _times = new(files, SegmentFileName.TimeIndex);

    /// <summary>The index of offsets.</summary>
    public ReadOnlySpan<OffsetEntry> Offsets => _offsets.Entries;

    /// <summary>The index of timestamps.</summary>
    public ReadOnlySpan<TimeEntry> Times => _times.Entries;

    /// <summary>Whether one was read or changed since the segment was opened.</summary>
    public bool AreTouched => _offsets.IsLoaded || _times.IsLoaded;

    /// <summary>Starts empty, whatever the files hold.</summary>
    public void StartEmpty()
    {
        _offsets.StartEmpty();
        _times.StartEmpty();
    }

    /// <summary>Whether one is as large as it may become.</summary>
    public bool AreFull(int mostBytes) =>
        _offsets.Entries.Length >= mostBytes / OffsetEntry.Size || _times.Entries.Length >= (mostBytes / TimeEntry.Size) - 1;

    /// <summary>Adds an entry where it may follow on the last one; false when it may not.</summary>
    public bool TryAdd(in OffsetEntry entry)
    {
        var known = _offsets.Entries;
        if (!known.IsEmpty && !entry.MayFollow(known[^1]))
            return false;

        _offsets.Add(entry);
        return true;
    }

    /// <summary>Adds an entry unless the last one says the same or more.</summary>
    public void AddIfLarger(in TimeEntry entry)
    {
        var known = _times.Entries;
        if (entry.Timestamp >= 0 && (known.IsEmpty || entry.MayFollow(known[^1])))
            _times.Add(entry);
    }

    /// <summary>A position at or before the batch that holds an offset.</summary>
    public int PositionFor(long offset)
    {
        var index = LastAtOrBelow(offset);
        return index < 0 ? 0 : _offsets.Entries[index].Position;
    }

    /// <summary>A position at or before the first record with a timestamp of at least <paramref name="timestamp"/>.</summary>
    public int PositionForTimestamp(long timestamp)
    {
        var times = _times.Entries;
        var before = times.BinarySearch(new ByTimestamp(timestamp));
        if (before < 0)
            before = ~before - 1;

        return before < 0 ? 0 : PositionFor(files.BaseOffset + times[before].RelativeOffset);
    }

    /// <summary>The position of the last entry that starts at or before a position; 0 when there is none.</summary>
    public int PositionWithin(int position)
    {
        var entries = _offsets.Entries;
        var found = entries.BinarySearch(new ByPosition(position));
        var index = found < 0 ? ~found - 1 : found;
        return index < 0 ? 0 : entries[index].Position;
    }

    /// <summary>The last entry of offsets whose batch ends below an offset and starts within a length; -1 when there is none.</summary>
    public int LastBelow(long offset, long length)
    {
        var index = LastAtOrBelow(offset - 1);
        var entries = _offsets.Entries;
        while (index >= 0 && entries[index].Position > length - RecordBatch.HeaderSize)
            index--;

        return index;
    }

    /// <summary>Forgets what lies behind an entry of offsets (-1: everything).</summary>
    public void CutBehind(int index)
    {
        var times = _times.Entries;
        var kept = times.Length;
        while (kept > 0 && (index < 0 || times[kept - 1].RelativeOffset > _offsets.Entries[index].RelativeOffset))
            kept--;

        _times.Truncate(kept);
        _offsets.Truncate(index + 1);
    }

    /// <summary>Writes what the files do not have.</summary>
    public void Flush()
    {
        _offsets.Flush();
        _times.Flush();
    }

    /// <summary>As <see cref="Flush"/>, and makes it survive a power cut.</summary>
    public void Sync()
    {
        _offsets.Sync();
        _times.Sync();
    }

    /// <summary>Lets memory go that can be read again.</summary>
    public void Unload()
    {
        _offsets.Unload();
        _times.Unload();
    }

    private int LastAtOrBelow(long offset)
    {
        var found = _offsets.Entries.BinarySearch(new ByOffset(offset - files.BaseOffset));
        return found < 0 ? ~found - 1 : found;
    }

    private readonly struct ByOffset(long relativeOffset) : IComparable<OffsetEntry>
    {
        public int CompareTo(OffsetEntry other) => relativeOffset.CompareTo(other.RelativeOffset);
    }

    private readonly struct ByPosition(int position) : IComparable<OffsetEntry>
    {
        public int CompareTo(OffsetEntry other) => position.CompareTo(other.Position);
    }

    private readonly struct ByTimestamp(long timestamp) : IComparable<TimeEntry>
    {
        public int CompareTo(TimeEntry other) => timestamp.CompareTo(other.Timestamp);
    }
}
