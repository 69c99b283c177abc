using FlowLog.Broker.Log.Checkpoints;
using FlowLog.Broker.Log.Epochs;
using FlowLog.Broker.Log.Segments;
using FlowLog.Broker.Log.Storage;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log;

/// <summary>
/// Knows how far a log is on the device, and gets it there: segments that reach behind the durable end, the epochs that they began,
/// and the names of new files. One sync at a time; appends go on meanwhile.
/// </summary>
internal sealed class LogDurability(LogEnvironment environment, Lock logLock, SegmentList segments, LeaderEpochs epochs)
{
    private readonly Lock _oneAtATime = new();
    private readonly List<Segment> _ended = [];
    private long _durableEnd;
    private bool _isNew;
    private bool _namesAreDirty;
    private int _cuts;

    /// <summary>Everything below it is on the device.</summary>
    public long DurableEnd => Volatile.Read(ref _durableEnd);

    /// <summary>The log was opened. Of one that was just made, or recovered, even the names are not on the device.</summary>
    public void StartAt(long durableEnd, bool isNew, bool namesAreDirty)
    {
        Volatile.Write(ref _durableEnd, durableEnd);
        (_isNew, _namesAreDirty) = (isNew, isNew || namesAreDirty);
    }

    /// <summary>Nothing more is appended to a segment, and its indexes are complete. Under the log's lock.</summary>
    public void Ended(Segment segment) => _ended.Add(segment);

    /// <summary>A file was made, renamed or removed. Under the log's lock.</summary>
    public void NamesChanged() => _namesAreDirty = true;

    /// <summary>The log was cut to an offset. Under the log's lock.</summary>
    public void CutTo(long offset)
    {
        _cuts++;
        Volatile.Write(ref _durableEnd, Math.Min(_durableEnd, offset));
    }

    /// <summary>Gets everything appended so far onto the device; a failure takes the directory offline.</summary>
    public long Sync(string folder, Func<long> logEnd)
    {
        lock (_oneAtATime)
        {
            Work work;
            lock (logLock)
                work = Collect(logEnd());

            if (environment.Directory.IsOffline || (work.End == DurableEnd && work is { Names: false, Epochs: null, Ended.Length: 0 }))
                return DurableEnd;

            if (!TryDo(work, folder))
                return DurableEnd;

            lock (logLock)
            {
                if (work.Cuts == _cuts)
                    Volatile.Write(ref _durableEnd, work.End);

                return DurableEnd;
            }
        }
    }

    private Work Collect(long end)
    {
        var all = segments.All;
        var unsynced = end == _durableEnd ? [] : all[SegmentList.IndexFor(all, _durableEnd)..].ToArray();
        var work = new Work(end, unsynced, [.. _ended], epochs.IsDirty ? [.. epochs.Entries] : null, _namesAreDirty, _isNew, _cuts);
        _ended.Clear();
        _namesAreDirty = _isNew = false;
        epochs.MarkSaved();
        return work;
    }

    private bool TryDo(in Work work, string folder)
    {
        try
        {
            Do(work, folder);
            return true;
        }
        catch (DiskException failure)
        {
            environment.Directory.Fail(failure);
            return false;
        }
        catch (ObjectDisposedException)
        {
            // A segment was dropped meanwhile by a truncation: nothing is lost, and the next sync starts over.
            lock (logLock)
                _namesAreDirty = true;

            return false;
        }
    }

    private void Do(in Work work, string folder)
    {
        foreach (var segment in work.Segments)
            segment.SyncBatches();

        // Of ended segments the indexes are never written again: from here on they are relied on.
        foreach (var segment in work.Ended)
            segment.SyncIndexes();

        if (work.Epochs is not null)
            LeaderEpochFile.Write(environment.Disk, folder, work.Epochs);

        if (work.IsNew)
            PartitionMetadataFile.Sync(environment.Disk, folder);

        if (!work.Names)
            return;

        environment.Disk.SyncDirectory(folder);
        environment.Directory.SyncNames();
    }

    private readonly record struct Work(long End, Segment[] Segments, Segment[] Ended, EpochEntry[]? Epochs, bool Names, bool IsNew, int Cuts);
}
