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
    private bool _isNew;
    private bool _wasRecovered;
    private int _namesChanged;
    private int _namesSynced;
    private int _cuts;
    private volatile bool _isOver;

    /// <summary>Everything below it is on the device.</summary>
    public long DurableEnd => Volatile.Read(ref _durableEnd);

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

                if (work.End == DurableEnd && work is { HasNames: false, Epochs: null, Ended.Length: 0 })
                    break;

                if (!TryDo(work))
                    continue;

                lock (logLock)
                {
                    Volatile.Write(ref _namesSynced, work.Names);
                    if (work.Cuts == _cuts)
                        Volatile.Write(ref _durableEnd, work.End);
                }

                break;
            }

            return DurableEnd;
        }
    }

    private Work Collect(long end)
    {
        var all = log.Segments.All;
        var unsynced = end == _durableEnd && !_wasRecovered ? [] : all[SegmentList.IndexFor(all, _durableEnd)..].ToArray();
        var work = new Work(end, unsynced, [.. _ended.Where(log.Segments.Contains)], log.Epochs.IsDirty ? [.. log.Epochs.Entries] : null, _namesChanged, HasUnsyncedNames, _isNew, _cuts);
        _ended.Clear();
        _isNew = _wasRecovered = false;
        log.Epochs.MarkSaved();
        return work;
    }

    private bool TryDo(in Work work)
    {
        try
        {
            Do(work);
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
            // A segment was dropped meanwhile by a truncation: nothing is lost, and the sync starts over.
            lock (logLock)
            {
                _isNew |= work.IsNew;
                _ended.AddRange(work.Ended);
            }

            return false;
        }
    }

    private void Do(in Work work)
    {
        foreach (var segment in work.Segments)
            segment.SyncBatches();

        // Of ended segments the indexes are never written again: from here on they are relied on.
        foreach (var segment in work.Ended)
            segment.SyncIndexes();

        if (work.Epochs is not null)
            LeaderEpochFile.Write(log.Environment.Disk, log.Folder, work.Epochs);

        if (work.IsNew)
            PartitionMetadataFile.Sync(log.Environment.Disk, log.Folder);

        if (!work.HasNames)
            return;

        log.Environment.Disk.SyncDirectory(log.Folder);
        log.Directory.SyncNames();
    }

    private readonly record struct Work(long End, Segment[] Segments, Segment[] Ended, EpochEntry[]? Epochs, int Names, bool HasNames, bool IsNew, int Cuts);
}
