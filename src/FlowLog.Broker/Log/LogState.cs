using FlowLog.Broker.Log.Epochs;
using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Log.Recovery;
using FlowLog.Broker.Log.Segments;
using FlowLog.Broker.Log.Storage;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Log;

/// <summary>
/// What a log consists of: segments, and the producers, epochs and offsets that are derived from them. Changed under the log's lock only; the
/// offsets and the segments may be looked at by anybody at any time.
/// </summary>
internal sealed class LogState
{
    private long _start;
    private long _end;
    private long _highWatermark;
    private long _firstUnstable = long.MaxValue;
    private long _cleanedTo;

    public LogState(LogEnvironment environment, TopicPartition partition, string folder, LoadedLog loaded)
    {
        Environment = environment;
        Partition = partition;
        Folder = folder;
        Segments = loaded.Segments;
        Epochs = loaded.Epochs;
        Producers = loaded.Producers;
        Snapshots = new ProducerSnapshots(environment.Disk, folder, loaded.SnapshotOffset);
        _start = loaded.LogStartOffset;
        _end = loaded.LogEndOffset;
        _highWatermark = _start;
        NoteFirstUnstable();
    }

    /// <summary>What it gets from its store.</summary>
    public LogEnvironment Environment { get; }

    /// <summary>Which partition it is.</summary>
    public TopicPartition Partition { get; }

    /// <summary>The folder that it lies in.</summary>
    public string Folder { get; }

    /// <summary>The log directory that it lies in.</summary>
    public LogDirectory Directory => Environment.Directory;

    public SegmentList Segments { get; }

    public LeaderEpochs Epochs { get; }

    public ProducerStates Producers { get; private set; }

    public ProducerSnapshots Snapshots { get; }

    /// <summary>The first offset that it holds.</summary>
    public long Start => Volatile.Read(ref _start);

    /// <summary>The next offset to be written.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>Everything below it is committed, as far as anybody said.</summary>
    public long HighWatermark => Volatile.Read(ref _highWatermark);

    /// <summary>The first offset of a transaction that is not decided for ever; the largest number when all are.</summary>
    public long FirstUnstable => Volatile.Read(ref _firstUnstable);

    /// <summary>Where a <c>read_committed</c> reader must stop.</summary>
    public long LastStable => Math.Min(FirstUnstable, HighWatermark);

    /// <summary>The first offset that no cleaner has seen; 0 when none ever came.</summary>
    public long CleanedTo
    {
        get => Volatile.Read(ref _cleanedTo);
        set => Volatile.Write(ref _cleanedTo, Math.Min(value, End));
    }

    /// <summary>Batches were appended.</summary>
    public void Appended(int bytes, long nextOffset)
    {
        Snapshots.Appended(bytes);
        Volatile.Write(ref _end, nextOffset);
    }

    /// <summary>Everything below an offset is committed.</summary>
    public void Committed(long highWatermark)
    {
        Producers.Committed(highWatermark);
        NoteFirstUnstable();
        Volatile.Write(ref _highWatermark, highWatermark);
    }

    /// <summary>A transaction began or ended.</summary>
    public void NoteFirstUnstable() =>
        Volatile.Write(ref _firstUnstable, Producers.FirstUnstableOffset is { } first ? Math.Max(first, Start) : long.MaxValue);

    /// <summary>Hides everything below an offset; false when it is hidden already.</summary>
    public bool RaiseStart(long offset)
    {
        if (offset <= _start)
            return false;

        Volatile.Write(ref _start, offset);
        Epochs.TruncateFromStart(offset);
        Committed(Math.Max(_highWatermark, offset));
        return true;
    }

    /// <summary>Writes the producers as they are at the end, unless a snapshot says so already.</summary>
    public void WriteSnapshot() => Snapshots.Write(End, Producers, Segments.All);

    /// <summary>The log will end at an offset at the latest: nothing that outlives the process may say more.</summary>
    public void WillBeCutTo(long offset)
    {
        Volatile.Write(ref _start, Math.Min(_start, offset));
        Volatile.Write(ref _highWatermark, Math.Min(_highWatermark, offset));
        Volatile.Write(ref _cleanedTo, Math.Min(_cleanedTo, offset));
    }

    /// <summary>The log will hold nothing, and go on at an offset.</summary>
    public void WillStartAnewAt(long offset)
    {
        Volatile.Write(ref _start, offset);
        Volatile.Write(ref _highWatermark, Math.Min(_highWatermark, offset));
        Volatile.Write(ref _cleanedTo, 0);
    }

    /// <summary>The segments end at an offset now: everything that is derived from them follows.</summary>
    public void WasCutTo(long offset)
    {
        Epochs.TruncateFromEnd(offset);
        var recovery = new ProducerRecovery(Environment.Disk, Folder, Environment.Log);
        Producers = recovery.Rebuild(Environment.Disk.ListFiles(Folder), Segments.All, offset, offset, Epochs);
        Snapshots.ResumeAt(recovery.SnapshotOffset);
        Volatile.Write(ref _end, offset);
        Volatile.Write(ref _start, Math.Min(_start, offset));
        Volatile.Write(ref _highWatermark, Math.Min(_highWatermark, offset));
        Committed(_highWatermark);
    }
}
