using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log.Segments;

/// <summary>
/// One file of batches with its three indexes. The owning log appends, truncates and seals under its lock; look-ups may run at any
/// time from any thread. What is not needed is not opened: a segment that nobody reads costs a few hundred bytes.
/// </summary>
internal sealed class Segment : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IDisk _disk;
    private readonly string _directory;
    private readonly IndexFile<OffsetEntry> _offsets;
    private readonly IndexFile<TimeEntry> _times;
    private readonly IndexFile<AbortedTransaction> _aborted;

    private IFile? _file;
    private TailPositions? _tail;
    private string _suffix;
    private int _size;
    private long _nextOffset;
    private TimeEntry _largest = NoTimestamps;
    private bool _isTailKnown;
    private long? _firstTimestamp;
    private int _bytesSinceIndexEntry;
    private bool _isDisposed;

    private Segment(IDisk disk, string directory, long baseOffset, string suffix, long createdAt)
    {
        _disk = disk;
        _directory = directory;
        _suffix = suffix;
        BaseOffset = baseOffset;
        CreatedAt = createdAt;
        _nextOffset = baseOffset;
        _offsets = new IndexFile<OffsetEntry>(disk, PathOf(SegmentFileName.OffsetIndex));
        _times = new IndexFile<TimeEntry>(disk, PathOf(SegmentFileName.TimeIndex));
        _aborted = new IndexFile<AbortedTransaction>(disk, PathOf(SegmentFileName.TransactionIndex));
    }

    private static TimeEntry NoTimestamps => new(RecordBatch.NoTimestamp, 0);

    /// <summary>The offset in its name; no batch inside starts below it.</summary>
    public long BaseOffset { get; }

    /// <summary>When this process made or opened it: the age of a segment whose records have no timestamps.</summary>
    public long CreatedAt { get; }

    /// <summary>Bytes of batches.</summary>
    public int Size
    {
        get
        {
            lock (_gate)
            {
                EnsureOpen();
                return _size;
            }
        }
    }

    /// <summary>The offset after the last batch. Known for the active segment only.</summary>
    public long NextOffset
    {
        get
        {
            lock (_gate)
                return _nextOffset;
        }
    }

    /// <summary>The largest timestamp of any record, -1 when there is none.</summary>
    public long LargestTimestamp
    {
        get
        {
            lock (_gate)
                return Largest().Timestamp;
        }
    }

    /// <summary>The largest timestamp of the batches below an offset: the headers are read when the largest of all lies behind it.</summary>
    public long LargestTimestampBelow(long offset)
    {
        lock (_gate)
        {
            var largest = Largest();
            if (largest.Timestamp < 0 || BaseOffset + largest.RelativeOffset < offset)
                return largest.Timestamp;
        }

        var found = RecordBatch.NoTimestamp;
        using var batches = new BatchScanner(OpenedFile(), 0, EndPositionBelow(offset), BatchScanner.LookUpBlock);
        while (batches.MoveNext())
            found = Math.Max(found, batches.Header.MaxTimestamp);

        return found;
    }

    /// <summary>The timestamp of its first batch, -1 when it has none.</summary>
    public long FirstTimestamp()
    {
        lock (_gate)
        {
            EnsureOpen();
            return _firstTimestamp ??= TimestampOfFirstBatch() ?? RecordBatch.NoTimestamp;
        }
    }

    /// <summary>Whether it holds something and is older than it may become, however little comes after.</summary>
    public bool IsTimeUp(LogOptions options, long now)
    {
        lock (_gate)
            return _size > 0 && now - Math.Max(CreatedAt, _firstTimestamp ?? RecordBatch.NoTimestamp) > options.RollMs - options.SegmentJitterMs;
    }

    /// <summary>A new, empty segment.</summary>
    public static Segment Create(IDisk disk, string directory, long baseOffset, long now, string suffix = "")
    {
        var segment = new Segment(disk, directory, baseOffset, suffix, now) { _isTailKnown = true };
        segment._offsets.StartEmpty();
        segment._times.StartEmpty();
        segment._aborted.StartEmpty();
        segment._file = disk.Open(segment.PathOf(SegmentFileName.Log), FileOpening.ExistingOrNew);
        if (segment._file.Length > 0)
            segment._file.SetLength(0);

        return segment;
    }

    /// <summary>A segment whose files exist. Nothing is opened yet.</summary>
    public static Segment Existing(IDisk disk, string directory, long baseOffset, long now, string suffix = "") =>
        new(disk, directory, baseOffset, suffix, now);

    /// <summary>
    /// Writes whole batches, whose offsets are final, behind what there is. When the write fails the file is cut back to where it
    /// was, nothing else has changed, and the failure goes on to the caller.
    /// </summary>
    public void Append(ReadOnlySpan<byte> batches, int indexInterval)
    {
        var file = EnsureOpenLocked();
        var position = _size;
        try
        {
            file.Write(position, batches);
        }
        catch (DiskException)
        {
            file.SetLength(position);
            throw;
        }

        lock (_gate)
            Register(batches, position, indexInterval);
    }

    /// <summary>Whether appending would break a limit, so that a new segment must be begun.</summary>
    public bool MustRollFor(LogOptions options, int bytes, long largestTimestamp, long lastOffset, long now)
    {
        lock (_gate)
        {
            var size = _size;
            return size > options.SegmentBytes - bytes
                || (size > 0 && TimeWaited(largestTimestamp, now) > options.RollMs - options.SegmentJitterMs)
                || IndexesAreFull(options)
                || lastOffset - BaseOffset > int.MaxValue;
        }
    }

    /// <summary>Finds the first batch that ends at or behind an offset; false when there is none below the current end.</summary>
    public bool TryFindBatch(long offset, out BatchLocation batch)
    {
        IFile file;
        int start;
        int size;
        lock (_gate)
        {
            file = EnsureOpen();
            size = _size;
            if (_isTailKnown && offset >= _nextOffset)
            {
                batch = default;
                return false;
            }

            if (_tail is not null && _tail.TryFind(offset, size, out var position, out var end, out var baseOffset))
            {
                batch = new BatchLocation(position, end, baseOffset);
                return true;
            }

            start = IndexedPosition(offset);
        }

        return TryScanFor(file, start, size, offset, out batch);
    }

    /// <summary>Where the batches below an offset end: the position of the first batch that reaches it, or the end.</summary>
    public int EndPositionBelow(long offset) => TryFindBatch(offset, out var batch) ? batch.Position : Size;

    /// <summary>The offset after the last batch that ends below an offset: where the segment ends when it is cut there.</summary>
    public long EndOffsetBelow(long offset)
    {
        IFile file;
        int start;
        int size;
        lock (_gate)
        {
            file = EnsureOpen();
            size = _size;
            var entry = LastIndexEntryBelow(offset, size);
            start = entry < 0 ? 0 : _offsets.Entries[entry].Position;
        }

        var end = BaseOffset;
        using var batches = new BatchScanner(file, start, size, BatchScanner.LookUpBlock);
        while (batches.MoveNext() && batches.Header.LastOffset < offset)
            end = batches.Header.LastOffset + 1;

        return end;
    }

    /// <summary>The file, for reading. It stays readable until the segment is disposed, and longer for those who hold it.</summary>
    public IFile OpenedFile()
    {
        lock (_gate)
            return EnsureOpen();
    }

    /// <summary>Where to start looking for the first record with a timestamp of at least <paramref name="timestamp"/>.</summary>
    public int PositionForTimestamp(long timestamp)
    {
        lock (_gate)
        {
            EnsureOpen();
            var times = _times.Entries;
            var before = times.BinarySearch(new ByTimestamp(timestamp));
            if (before < 0)
                before = ~before - 1;

            return before < 0 ? 0 : IndexedPosition(BaseOffset + times[before].RelativeOffset);
        }
    }

    /// <summary>Adds what a reader of a range must hide; false when later segments need not be asked.</summary>
    public bool CollectAborted(long fromOffset, long toOffset, List<AbortedTransaction> found)
    {
        lock (_gate)
        {
            foreach (var aborted in _aborted.Entries)
            {
                if (aborted.LastOffset >= fromOffset && aborted.FirstOffset < toOffset)
                    found.Add(aborted);

                if (aborted.LastStableOffset >= toOffset)
                    return false;
            }

            return true;
        }
    }

    /// <summary>Notes an aborted transaction whose marker lies in this segment.</summary>
    public void AddAborted(in AbortedTransaction aborted)
    {
        lock (_gate)
            _aborted.Add(aborted);
    }

    /// <summary>Every aborted transaction whose marker lies in this segment.</summary>
    public AbortedTransaction[] AllAborted()
    {
        lock (_gate)
            return _aborted.Entries.ToArray();
    }

    /// <summary>Forgets the aborted transactions whose markers lie at or behind an offset.</summary>
    public void ForgetAbortedFrom(long offset)
    {
        lock (_gate)
            KeepAbortedBelow(offset);
    }

    /// <summary>
    /// Learns where the segment ends from its last index entry on, checking headers but no checksums: enough after a clean stop.
    /// False when the file does not look as a clean stop leaves it.
    /// </summary>
    public bool TryLoadTail(int indexInterval)
    {
        lock (_gate)
        {
            var length = EnsureOpen().Length;
            var lastEntry = _offsets.Entries.Length - 1;
            if (length > int.MaxValue || lastEntry != LastIndexEntryBelow(long.MaxValue, length))
                return false;

            ResumeAt(lastEntry, keepLaterTimes: true);
            return Replay(length, indexInterval, withChecksums: false);
        }
    }

    /// <summary>
    /// Checks every batch behind <paramref name="trustedOffset"/> (all of them when the indexes do not fit), rebuilds the indexes there,
    /// and cuts the file at the first byte that is not part of a whole and sound batch.
    /// </summary>
    /// <returns>How many bytes were cut off.</returns>
    public long Recover(long trustedOffset, int indexInterval)
    {
        lock (_gate)
        {
            var length = EnsureOpen().Length;
            var entry = LastTrueEntry(LastIndexEntryBelow(trustedOffset, length));
            var entryPosition = entry < 0 ? -1 : _offsets.Entries[entry].Position;
            CutIndexesBehind(entry);
            Replay(length, indexInterval, withChecksums: true);
            if (_size <= entryPosition)
            {
                // The index led to something that is no batch: it is not to be believed at all.
                CutIndexesBehind(-1);
                Replay(length, indexInterval, withChecksums: true);
            }

            if (length > _size)
                _file!.SetLength(_size);

            KeepAbortedBelow(_nextOffset);
            return length - _size;
        }
    }

    /// <summary>Cuts off every batch that reaches <paramref name="offset"/>.</summary>
    public void TruncateTo(long offset, int indexInterval)
    {
        var end = EndPositionBelow(offset);
        lock (_gate)
        {
            CutIndexesBehind(LastIndexEntryBelow(offset, end));
            EnsureOpen().SetLength(end);
            Replay(end, indexInterval, withChecksums: false);
            KeepAbortedBelow(offset);
        }
    }

    /// <summary>
    /// Ends the segment: no batch follows. The last timestamp goes into its index, whose last entry then is the largest one.
    /// </summary>
    public void Seal()
    {
        lock (_gate)
        {
            EnsureOpen();
            AddTimeEntry();
            _tail = null;
        }
    }

    /// <summary>Writes the indexes out, without waiting for the device.</summary>
    public void FlushIndexes()
    {
        lock (_gate)
        {
            _offsets.Flush();
            _times.Flush();
            _aborted.Flush(evenEmpty: false);
        }
    }

    /// <summary>Makes the indexes survive a power cut.</summary>
    public void SyncIndexes()
    {
        lock (_gate)
        {
            _offsets.Sync();
            _times.Sync();
            _aborted.Sync(evenEmpty: false);
        }
    }

    /// <summary>Makes the aborted transactions survive a power cut; does nothing when they were never looked at.</summary>
    public void SyncAborted()
    {
        lock (_gate)
            _aborted.Sync(evenEmpty: false);
    }

    /// <summary>Whether an index was read or changed since the segment was opened.</summary>
    public bool HasTouchedIndexes
    {
        get
        {
            lock (_gate)
                return _offsets.IsLoaded || _times.IsLoaded || _aborted.IsLoaded;
        }
    }

    /// <summary>Makes the batches survive a power cut. Nothing is locked meanwhile.</summary>
    public void SyncBatches() => OpenedFile().SyncData();

    /// <summary>Lets memory go that can be read again.</summary>
    public void Unload()
    {
        lock (_gate)
        {
            _offsets.Unload();
            _times.Unload();
            _aborted.Unload();
        }
    }

    /// <summary>
    /// Gives all files another suffix behind their own (".deleted", ".swap"), or none. Open files stay open. The batches get theirs first
    /// on the way out, and last (<paramref name="logLast"/>) on the way in: a crash between never leaves them without their indexes.
    /// </summary>
    public void Rename(string suffix, bool logLast = false)
    {
        lock (_gate)
        {
            foreach (var kind in logLast ? SegmentFileName.OfSegment.Reverse() : SegmentFileName.OfSegment)
            {
                var from = PathOf(kind);
                if (_disk.FileExists(from))
                    _disk.Rename(from, System.IO.Path.Combine(_directory, SegmentFileName.For(BaseOffset, kind) + suffix));
            }

            _suffix = suffix;
            _offsets.MovedTo(PathOf(SegmentFileName.OffsetIndex));
            _times.MovedTo(PathOf(SegmentFileName.TimeIndex));
            _aborted.MovedTo(PathOf(SegmentFileName.TransactionIndex));
        }
    }

    /// <summary>Closes and deletes all files.</summary>
    public void Delete()
    {
        Dispose();
        foreach (var kind in SegmentFileName.OfSegment)
            _disk.DeleteFile(PathOf(kind));
    }

    /// <summary>Closes the file. What is not written out is lost; flush before.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _file?.Dispose();
            _file = null;
        }
    }

    private static bool TryScanFor(IFile file, int start, int limit, long offset, out BatchLocation batch)
    {
        using var batches = new BatchScanner(file, start, limit, BatchScanner.LookUpBlock);
        while (batches.MoveNext())
        {
            if (batches.Header.LastOffset >= offset)
            {
                batch = new BatchLocation((int)batches.Position, (int)batches.NextPosition, batches.Header.BaseOffset);
                return true;
            }
        }

        batch = default;
        return false;
    }

    private string PathOf(string kind) => System.IO.Path.Combine(_directory, SegmentFileName.For(BaseOffset, kind) + _suffix);

    private IFile EnsureOpenLocked()
    {
        lock (_gate)
            return EnsureOpen();
    }

    private IFile EnsureOpen()
    {
        if (_file is { } open)
            return open;

        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _file = _disk.Open(PathOf(SegmentFileName.Log), FileOpening.Existing);
        _size = (int)Math.Min(_file.Length, int.MaxValue);
        return _file;
    }

    private void Register(ReadOnlySpan<byte> run, int position, int indexInterval)
    {
        _tail ??= new TailPositions();
        var batches = new BatchReader(run);
        while (batches.MoveNext())
            Register(batches.Header, position + batches.Position, indexInterval);

        _size = position + run.Length;
    }

    private void Register(in BatchHeader header, int position, int indexInterval)
    {
        var relativeOffset = (int)(header.LastOffset - BaseOffset);
        _firstTimestamp ??= header.MaxTimestamp;
        if (header.MaxTimestamp > _largest.Timestamp)
            _largest = new TimeEntry(header.MaxTimestamp, relativeOffset);

        if (_bytesSinceIndexEntry > indexInterval && _offsets.Entries is var known
            && (known.IsEmpty || new OffsetEntry(relativeOffset, position).MayFollow(known[^1])))
        {
            _offsets.Add(new OffsetEntry(relativeOffset, position));
            AddTimeEntry();
            _bytesSinceIndexEntry = 0;
        }

        _bytesSinceIndexEntry += (int)header.TotalSize;
        _nextOffset = header.LastOffset + 1;
        _tail?.Add(header.BaseOffset, position);
    }

    private void AddTimeEntry()
    {
        var known = _times.Entries;
        if (_isTailKnown && _largest.Timestamp >= 0 && (known.IsEmpty || _largest.MayFollow(known[^1])))
            _times.Add(_largest);
    }

    private TimeEntry Largest()
    {
        if (_isTailKnown)
            return _largest;

        EnsureOpen();
        var known = _times.Entries;
        return known.IsEmpty ? NoTimestamps : known[^1];
    }

    private long TimeWaited(long largestTimestamp, long now) =>
        _firstTimestamp is { } first && first >= 0 ? largestTimestamp - first : now - CreatedAt;

    private bool IndexesAreFull(LogOptions options) =>
        _offsets.Entries.Length >= options.IndexBytes / OffsetEntry.Size || _times.Entries.Length >= (options.IndexBytes / TimeEntry.Size) - 1;

    private int IndexedPosition(long offset)
    {
        var index = LastIndexEntryAtOrBelow(offset);
        return index < 0 ? 0 : _offsets.Entries[index].Position;
    }

    private int LastIndexEntryAtOrBelow(long offset)
    {
        var found = _offsets.Entries.BinarySearch(new ByOffset(offset - BaseOffset));
        return found < 0 ? ~found - 1 : found;
    }

    /// <summary>The last entry of a batch that ends below an offset and starts within a length.</summary>
    private int LastIndexEntryBelow(long offset, long length)
    {
        var index = LastIndexEntryAtOrBelow(offset - 1);
        var entries = _offsets.Entries;
        while (index >= 0 && entries[index].Position > length - RecordBatch.HeaderSize)
            index--;

        return index;
    }

    // Batches below the trusted offset are on the device; entries about them need not be, and a power cut tears any of them, not only the last.
    private int LastTrueEntry(int last)
    {
        for (var index = 0; index <= last; index++)
        {
            if (!IsTrue(_offsets.Entries[index]))
                return index - 1;
        }

        return last;
    }

    private bool IsTrue(OffsetEntry entry)
    {
        Span<byte> bytes = stackalloc byte[RecordBatch.HeaderSize];
        return _file!.Read(entry.Position, bytes) == bytes.Length
            && BatchHeader.TryRead(bytes, out var header)
            && header.LastOffset == BaseOffset + entry.RelativeOffset;
    }

    private bool IsTrue(TimeEntry entry)
    {
        var offset = BaseOffset + entry.RelativeOffset;
        using var batches = new BatchScanner(_file!, IndexedPosition(offset), _file!.Length, BatchScanner.LookUpBlock);
        while (batches.MoveNext() && batches.Header.LastOffset <= offset)
        {
            if (batches.Header.LastOffset == offset)
                return batches.Header.MaxTimestamp == entry.Timestamp;
        }

        return false;
    }

    private void CutIndexesBehind(int indexEntry)
    {
        var times = _times.Entries;
        var kept = times.Length;
        while (kept > 0 && (indexEntry < 0 || times[kept - 1].RelativeOffset > _offsets.Entries[indexEntry].RelativeOffset))
            kept--;

        // The last one may be torn: what it says is looked up.
        while (kept > 0 && !IsTrue(times[kept - 1]))
            kept--;

        _times.Truncate(kept);
        _offsets.Truncate(indexEntry + 1);
        ResumeAt(indexEntry, keepLaterTimes: false);
    }

    /// <summary>Everything is as it was right before the batch of an index entry, which is in the index already (-1: before the first).</summary>
    private void ResumeAt(int indexEntry, bool keepLaterTimes)
    {
        var times = _times.Entries;
        _largest = times.IsEmpty || (indexEntry < 0 && !keepLaterTimes) ? NoTimestamps : times[^1];
        _size = indexEntry < 0 ? 0 : _offsets.Entries[indexEntry].Position;
        _nextOffset = BaseOffset;
        _bytesSinceIndexEntry = 0;
        _firstTimestamp = null;
        _isTailKnown = true;
        _tail = null;
        FindLargerTimestamps();
    }

    /// <summary>
    /// The time index may have lost more than the offset index: what lies between its last entry and the place where all goes on is looked at. Where
    /// timestamps rise that is nothing.
    /// </summary>
    private void FindLargerTimestamps()
    {
        var from = _largest.Timestamp < 0 ? 0 : IndexedPosition(BaseOffset + _largest.RelativeOffset);
        using var batches = new BatchScanner(_file!, from, _size, BatchScanner.LookUpBlock);
        while (batches.MoveNext())
        {
            if (batches.Header.MaxTimestamp > _largest.Timestamp)
                _largest = new TimeEntry(batches.Header.MaxTimestamp, (int)(batches.Header.LastOffset - BaseOffset));
        }
    }

    /// <summary>Registers the batches that follow; false when they stop being whole and sound before the limit.</summary>
    private bool Replay(long limit, int indexInterval, bool withChecksums)
    {
        var start = _size;
        var batches = new BatchScanner(_file!, start, limit, withChecksums ? BatchScanner.WalkBlock : BatchScanner.LookUpBlock);
        try
        {
            for (var lastEpoch = -1; batches.MoveNext(); lastEpoch = batches.Header.LeaderEpoch)
            {
                if (!IsSound(batches.Header, lastEpoch) || (withChecksums && !RecordBatch.HasValidCrc(batches.Batch())))
                    return false;

                Register(batches.Header, (int)batches.Position, indexInterval);
                _size = (int)batches.NextPosition;
            }
        }
        finally
        {
            batches.Dispose();
            if (start > 0)
                _firstTimestamp = TimestampOfFirstBatch();
        }

        return _size == limit;
    }

    private bool IsSound(in BatchHeader header, int lastEpoch) =>
        header.BaseOffset >= _nextOffset
        && header.LastOffset - BaseOffset <= int.MaxValue
        && header.LeaderEpoch >= lastEpoch
        && header.TotalSize <= int.MaxValue - _size;

    private long? TimestampOfFirstBatch()
    {
        using var batches = new BatchScanner(_file!, 0, _size, RecordBatch.HeaderSize);
        return batches.MoveNext() ? batches.Header.MaxTimestamp : null;
    }

    private void KeepAbortedBelow(long offset)
    {
        var entries = _aborted.Entries;
        var keep = entries.Length;
        while (keep > 0 && entries[keep - 1].LastOffset >= offset)
            keep--;

        _aborted.Truncate(keep);
    }

    private readonly struct ByOffset(long relativeOffset) : IComparable<OffsetEntry>
    {
        public int CompareTo(OffsetEntry other) => relativeOffset.CompareTo(other.RelativeOffset);
    }

    private readonly struct ByTimestamp(long timestamp) : IComparable<TimeEntry>
    {
        public int CompareTo(TimeEntry other) => timestamp.CompareTo(other.Timestamp);
    }
}
