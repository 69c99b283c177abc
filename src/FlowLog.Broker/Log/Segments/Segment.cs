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
    private readonly SegmentFiles _files;
    private readonly SegmentIndexes _indexes;
    private readonly AbortedIndex _aborted;
    private readonly SegmentTail _tail;

    private Segment(SegmentFiles files, long createdAt)
    {
        _files = files;
        _indexes = new SegmentIndexes(files);
        _aborted = new AbortedIndex(files);
        _tail = new SegmentTail(files, _indexes);
        CreatedAt = createdAt;
    }

    /// <summary>The offset in its name; no batch inside starts below it.</summary>
    public long BaseOffset => _files.BaseOffset;

    /// <summary>Where the file of batches lies.</summary>
    public string Path => _files.PathOf(SegmentFileName.Log);

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
                return _tail.Size;
            }
        }
    }

    /// <summary>The offset after the last batch. Known for the active segment only.</summary>
    public long NextOffset
    {
        get
        {
            lock (_gate)
                return _tail.NextOffset;
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

    /// <summary>Whether an index was read or changed since the segment was opened.</summary>
    public bool HasTouchedIndexes
    {
        get
        {
            lock (_gate)
                return _indexes.AreTouched || _aborted.IsTouched;
        }
    }

    /// <summary>Whether an append was taken back: a power cut may bring what it wrote back again, behind the last batch.</summary>
    public bool HasTakenBack { get; private set; }

    /// <summary>A new, empty segment.</summary>
    public static Segment Create(IDisk disk, string directory, long baseOffset, long now, string suffix = "")
    {
        var segment = new Segment(new SegmentFiles(disk, directory, baseOffset, suffix), now);
        segment._tail.StartEmpty();
        segment._indexes.StartEmpty();
        segment._aborted.StartEmpty();
        segment._files.Create();
        return segment;
    }

    /// <summary>A segment whose files exist. Nothing is opened yet.</summary>
    public static Segment Existing(IDisk disk, string directory, long baseOffset, long now, string suffix = "") =>
        new(new SegmentFiles(disk, directory, baseOffset, suffix), now);

    /// <summary>
    /// Writes whole batches, whose offsets are final, behind what there is. When the write fails the file is cut back to where it
    /// was, nothing else has changed, and the failure goes on to the caller.
    /// </summary>
    public void Append(ReadOnlySpan<byte> batches, int indexInterval)
    {
        var file = OpenedFile();
        var position = _tail.Size;
        try
        {
            file.Write(position, batches);
        }
        catch (DiskException)
        {
            HasTakenBack = true;
            file.SetLength(position);
            throw;
        }

        lock (_gate)
            _tail.Add(batches, indexInterval);
    }

    /// <summary>Whether appending would break a limit, so that a new segment must be begun.</summary>
    public bool MustRollFor(LogOptions options, int bytes, long largestTimestamp, long lastOffset, long now)
    {
        lock (_gate)
            return RollPolicy.MustRollFor(options, _tail, _indexes, BaseOffset, CreatedAt, bytes, largestTimestamp, lastOffset, now);
    }

    /// <summary>Whether it holds something and is older than it may become, however little comes after.</summary>
    public bool IsTimeUp(LogOptions options, long now)
    {
        lock (_gate)
            return RollPolicy.IsTimeUp(options, _tail, CreatedAt, now);
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
            size = _tail.Size;
            if (_tail.IsKnown && offset >= _tail.NextOffset)
            {
                batch = default;
                return false;
            }

            if (_tail.TryFind(offset, out batch))
                return true;

            start = _indexes.PositionFor(offset);
        }

        return SegmentLookup.TryFindBatch(file, start, size, offset, out batch);
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
            size = _tail.Size;
            var entry = _indexes.LastBelow(offset, size);
            start = entry < 0 ? 0 : _indexes.Offsets[entry].Position;
        }

        return SegmentLookup.EndOffsetBelow(file, start, size, offset) ?? BaseOffset;
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

        return SegmentLookup.LargestTimestamp(OpenedFile(), EndPositionBelow(offset));
    }

    /// <summary>The timestamp of its first batch, -1 when it has none.</summary>
    public long FirstTimestamp()
    {
        lock (_gate)
        {
            var file = EnsureOpen();
            return _tail.FirstTimestamp ??= SegmentLookup.TimestampOfFirstBatch(file, _tail.Size) ?? RecordBatch.NoTimestamp;
        }
    }

    /// <summary>Where to start looking for the first record with a timestamp of at least <paramref name="timestamp"/>.</summary>
    public int PositionForTimestamp(long timestamp)
    {
        lock (_gate)
        {
            EnsureOpen();
            return _indexes.PositionForTimestamp(timestamp);
        }
    }

    /// <summary>The position of the last batch in the index that starts at or before a position; 0 when there is none.</summary>
    public int IndexedPositionWithin(int position)
    {
        lock (_gate)
        {
            EnsureOpen();
            return _indexes.PositionWithin(position);
        }
    }

    /// <summary>The file, for reading. It stays readable until the segment is disposed, and longer for those who hold it.</summary>
    public IFile OpenedFile()
    {
        lock (_gate)
            return EnsureOpen();
    }

    /// <summary>Adds what a reader of a range must hide; false when later segments need not be asked.</summary>
    public bool CollectAborted(long fromOffset, long toOffset, List<AbortedTransaction> found)
    {
        lock (_gate)
            return _aborted.Collect(fromOffset, toOffset, found);
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
            return _aborted.All.ToArray();
    }

    /// <summary>Forgets the aborted transactions whose markers lie at or behind an offset.</summary>
    public void ForgetAbortedFrom(long offset)
    {
        lock (_gate)
            _aborted.KeepBelow(offset);
    }

    /// <summary>
    /// Learns where the segment ends from its last index entry on, checking headers but no checksums: enough after a clean stop.
    /// False when the file does not look as a clean stop leaves it.
    /// </summary>
    public bool TryLoadTail(int indexInterval)
    {
        lock (_gate)
        {
            var file = EnsureOpen();
            return RecoveryOf(file, indexInterval).TryLoadTail(file.Length);
        }
    }

    /// <summary>
    /// Rebuilds the indexes, checks every batch behind <paramref name="trustedOffset"/> byte by byte, and cuts the file at the first byte that is
    /// not part of a whole and sound batch.
    /// </summary>
    /// <param name="trustedOffset">What lies below is known to be on the device.</param>
    /// <param name="indexInterval">Bytes of batches between index entries.</param>
    /// <param name="found">Is told of every batch that stays.</param>
    /// <param name="beforeCut">Is called before something is cut off, and may throw.</param>
    /// <returns>How many bytes were cut off.</returns>
    public long Recover(long trustedOffset, int indexInterval, BatchFound? found = null, Action? beforeCut = null)
    {
        lock (_gate)
        {
            var file = EnsureOpen();
            var length = file.Length;
            RecoveryOf(file, indexInterval).Recover(trustedOffset, length, found);
            if (length > _tail.Size)
            {
                beforeCut?.Invoke();
                file.SetLength(_tail.Size);
            }

            _aborted.KeepBelow(_tail.NextOffset);
            return length - _tail.Size;
        }
    }

    /// <summary>Cuts off every batch that reaches <paramref name="offset"/>.</summary>
    public void TruncateTo(long offset, int indexInterval)
    {
        var end = EndPositionBelow(offset);
        lock (_gate)
        {
            RecoveryOf(EnsureOpen(), indexInterval).CutAt(offset, end);
            _aborted.KeepBelow(offset);
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
            _tail.Seal();
        }
    }

    /// <summary>Writes the indexes out, without waiting for the device.</summary>
    public void FlushIndexes()
    {
        lock (_gate)
        {
            _indexes.Flush();
            _aborted.Flush();
        }
    }

    /// <summary>Makes the indexes survive a power cut.</summary>
    public void SyncIndexes()
    {
        lock (_gate)
        {
            _indexes.Sync();
            _aborted.Sync();
        }
    }

    /// <summary>Makes the aborted transactions survive a power cut; does nothing when they were never looked at.</summary>
    public void SyncAborted()
    {
        lock (_gate)
            _aborted.Sync();
    }

    /// <summary>Makes the batches survive a power cut. Nothing is locked meanwhile.</summary>
    public void SyncBatches() => OpenedFile().SyncData();

    /// <summary>Lets memory go that can be read again.</summary>
    public void Unload()
    {
        lock (_gate)
        {
            _indexes.Unload();
            _aborted.Unload();
        }
    }

    /// <summary>
    /// Gives all files another suffix behind their own (".deleted", ".swap"), or none; see <see cref="SegmentFiles.Rename"/>. Open files stay open.
    /// </summary>
    public void Rename(string suffix, bool logLast = false)
    {
        lock (_gate)
            _files.Rename(suffix, logLast);
    }

    /// <summary>Closes and deletes all files.</summary>
    public void Delete()
    {
        Dispose();
        _files.Delete();
    }

    /// <summary>Closes the file. What is not written out is lost; flush before.</summary>
    public void Dispose()
    {
        lock (_gate)
            _files.Dispose();
    }

    private SegmentRecovery RecoveryOf(IFile file, int indexInterval) => new(file, BaseOffset, _indexes, _tail, indexInterval);

    private IFile EnsureOpen()
    {
        if (_files.Opened is { } opened)
            return opened;

        var file = _files.Open();
        _tail.Size = (int)Math.Min(file.Length, int.MaxValue);
        return file;
    }

    private TimeEntry Largest()
    {
        if (_tail.IsKnown)
            return _tail.Largest;

        EnsureOpen();
        var known = _indexes.Times;
        return known.IsEmpty ? SegmentTail.NoTimestamps : known[^1];
    }
}
