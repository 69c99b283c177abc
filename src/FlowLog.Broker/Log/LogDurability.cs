using FlowLog.Broker.Log.Checkpoints;
using FlowLog.Broker.Log.Epochs;
using FlowLog.Broker.Log.Segments;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log;

/// <summary>
/// Knows how far a log is on the device, and gets it there: segments that reach behind the durable end, the epochs that they began,
/// and the names of new files. One sync at a time; appends go on meanwhile.
/// </summary>
internal sealed class LogDurability(LogState log, Lock logLock)
{
    private readonly Lock _oneAtATime = new();
    private readonly List<Segment> _ended = [];
    private long _durableEnd;
    private long _recoveryPoint;
    private bool _isNew;
    private bool _wasRecovered;
    private int _namesChanged;
    private int _namesSynced;
    private int _cuts;
    private volatile bool _isOver;

    /// <summary>Everything below it is on the device.</summary>
    public long DurableEnd => Volatile.Read(ref _durableEnd);

    /// <summary>
    /// Up to where a start after a crash need not read the batches: what is derived from them is on the device too. Behind <see cref="DurableEnd"/> as long as
    /// a full device has no room for that.
    /// </summary>
    public long RecoveryPoint => Volatile.Read(ref _recoveryPoint);

    /// <summary>
    /// The log was opened. Of one that was just made, or recovered, even the names are not on the device, and neither is the cut that
    /// recovery made: without a sync what it cut off may come back between what is appended next.
    /// </summary>
    /// <param name="durableEnd">Where what is known to be on the device ends.</param>
    /// <param name="isNew">
    /// Its names and the file that says whose it is were perhaps never synced: it was made just now, or by somebody who may have been killed before.
    /// </param>
    /// <param name="wasRecovered">What lies in its segments has to be synced even where nothing is appended.</param>
    public void StartAt(long durableEnd, bool isNew, bool wasRecovered)
    {
        Volatile.Write(ref _durableEnd, durableEnd);
        Volatile.Write(ref _recoveryPoint, durableEnd);
        _isNew = isNew;
        _wasRecovered = wasRecovered;
        if (isNew || wasRecovered)
            NamesChanged();
    }

    /// <summary>Whether files were made, renamed or removed since names were synced last: a power cut may still take that back.</summary>
    public bool HasUnsyncedNames => Volatile.Read(ref _namesSynced) != Volatile.Read(ref _namesChanged);

    /// <summary>Nothing more is appended to some segments, and their indexes are complete. Under the log's lock.</summary>
    public void Ended(ReadOnlySpan<Segment> ended)
    {
        foreach (var segment in ended)
        {
            if (segment.HasTouchedIndexes)
                _ended.Add(segment);
        }
    }

    /// <summary>A file was made, renamed or removed. Under the log's lock.</summary>
    public void NamesChanged() => Volatile.Write(ref _namesChanged, _namesChanged + 1);

    /// <summary>The log is about to be cut to an offset. Under the log's lock.</summary>
    public void CutTo(long offset)
    {
        _cuts++;
        Volatile.Write(ref _durableEnd, Math.Min(_durableEnd, offset));
        Volatile.Write(ref _recoveryPoint, Math.Min(_recoveryPoint, offset));
    }

    /// <summary>The files are closed and their folder may go: a sync that is under way ends without a word, and none follows. Under the log's lock.</summary>
    public void Abandon() => _isOver = true;

    /// <summary>
    /// Gets a cut onto the device before anything is appended behind it: otherwise a power cut could bring old batches, index entries
    /// and snapshots back between new ones. Under the log's lock.
    /// </summary>
    public void SyncCut()
    {
        log.Segments.Active.SyncBatches();
        log.Segments.Active.SyncIndexes();
        LeaderEpochFile.Write(log.Environment.Disk, log.Folder, log.Epochs.Entries);
        log.Epochs.MarkSaved();
        log.Environment.Disk.SyncDirectory(log.Folder);
    }

    /// <summary>Gets everything appended so far onto the device; a failure takes the directory offline. Returns the durable end.</summary>
    public long Sync()
    {
        lock (_oneAtATime)
        {
            while (!_isOver && !log.Directory.IsOffline)
            {
                Work work;
                lock (logLock)
                    work = Collect(log.End);

                if (work.IsNothing(DurableEnd))
                    break;

                if (TryDo(work, out var isComplete) && TryFinish(work, isComplete))
                    break;
            }

            return DurableEnd;
        }
    }

    private Work Collect(long end)
    {
        var all = log.Segments.All;
        var work = new Work
        {
            End = end,
            Segments = end == _durableEnd && !_wasRecovered ? [] : all[SegmentList.IndexFor(all, _durableEnd)..].ToArray(),
            Ended = [.. _ended.Where(log.Segments.Contains)],
            HasEpochs = log.Epochs.IsDirty,
            Names = _namesChanged,
            HasNames = HasUnsyncedNames,
            IsNew = _isNew,
            WasRecovered = _wasRecovered,
            Cuts = _cuts,
        };
        _ended.Clear();
        _isNew = _wasRecovered = false;
        return work;
    }

    /// <summary>Takes back what was collected: it was not done, or not all of it.</summary>
    private void GiveBack(in Work work)
    {
        lock (logLock)
        {
            _isNew |= work.IsNew;
            _wasRecovered |= work.WasRecovered;
            _ended.AddRange(work.Ended);
        }
    }

    /// <summary>Says how far the log is on the device now; false when it was cut meanwhile, and what came behind the cut is still to be synced.</summary>
    private bool TryFinish(in Work work, bool isComplete)
    {
        lock (logLock)
        {
            Volatile.Write(ref _namesSynced, work.Names);
            if (work.Cuts != _cuts)
                return false;

            Volatile.Write(ref _durableEnd, work.End);
            if (isComplete)
                Volatile.Write(ref _recoveryPoint, work.End);

            return true;
        }
    }

    private bool TryDo(in Work work, out bool isComplete)
    {
        isComplete = false;
        try
        {
            isComplete = Do(work);
            return true;
        }
        catch (DiskException failure)
        {
            // A log that was deleted meanwhile has another folder, and the device nothing to do with it.
            if (!_isOver)
                log.Directory.Fail(failure);

            return false;
        }
        catch (ObjectDisposedException)
        {
            // A segment was dropped meanwhile by a truncation or its age: nothing is lost, and the sync starts over.
            GiveBack(work);
            return false;
        }
    }

    /// <summary>Returns whether all was done: what is derived from the batches may wait.</summary>
    private bool Do(in Work work)
    {
        foreach (var segment in work.Segments)
            segment.SyncBatches();

        var isComplete = TryDerive(work);
        if (work.IsNew)
            PartitionMetadataFile.Sync(log.Environment.Disk, log.Folder);

        if (!work.HasNames)
            return isComplete;

        log.Environment.Disk.SyncDirectory(log.Folder);
        log.Directory.SyncNames();
        return isComplete;
    }

    /// <summary>
    /// Gets what is derived from the batches onto the device. Where it is full that is left to the next sync: nothing is lost meanwhile, because a start after a
    /// crash reads the batches from <see cref="RecoveryPoint"/> on.
    /// </summary>
    private bool TryDerive(in Work work)
    {
        try
        {
            // Of ended segments the indexes are never written again: from here on they are relied on.
            foreach (var segment in work.Ended)
                segment.SyncIndexes();

            if (work.HasEpochs)
                WriteEpochs();

            return true;
        }
        catch (DiskException failure) when (failure.IsFull && failure.Path != log.Folder)
        {
            log.Environment.Log.PutOffUntilThereIsRoom(log.Directory.Path, failure.Message);
            lock (logLock)
                _ended.AddRange(work.Ended);

            return false;
        }
    }

    /// <summary>
    /// Under the log's lock: of a log that is deleted, and made again at once, the folder is somebody else's. They change with the leader only, so nobody
    /// waits often.
    /// </summary>
    private void WriteEpochs()
    {
        lock (logLock)
        {
            if (_isOver || !log.Epochs.IsDirty)
                return;

            LeaderEpochFile.Write(log.Environment.Disk, log.Folder, log.Epochs.Entries);
            log.Epochs.MarkSaved();
        }
    }

    /// <summary>What a sync takes upon itself.</summary>
    private readonly record struct Work
    {
        public required long End { get; init; }

        public required Segment[] Segments { get; init; }

        public required Segment[] Ended { get; init; }

        public required bool HasEpochs { get; init; }

        public required int Names { get; init; }

        public required bool HasNames { get; init; }

        public required bool IsNew { get; init; }

        public required bool WasRecovered { get; init; }

        public required int Cuts { get; init; }

        public bool IsNothing(long durableEnd) => End == durableEnd && !HasNames && !HasEpochs && !WasRecovered && Ended.Length == 0;
    }
}
