using FlowLog.Broker.Log.Compaction;
using FlowLog.Broker.Log.Epochs;
using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Log.Recovery;
using FlowLog.Broker.Log.Segments;
using FlowLog.Broker.Log.Storage;
using FlowLog.Broker.Log.Validation;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log;

/// <summary>
/// The log of one partition. Thread-safe: one lock per log for everything that changes it; reads take it never, or for a moment.
/// An append that fails changes nothing. Offsets, producers, transactions and epochs change in the same critical section as the bytes,
/// so that no reader sees one without the other.
/// </summary>
internal sealed class PartitionLog
{
    private readonly Lock _lock = new();
    private readonly LogEnvironment _environment;
    private readonly SegmentList _segments;
    private readonly LeaderEpochs _epochs;
    private readonly LogDurability _durability;
    private ProducerStates _producers;
    private string _folder;
    private volatile LogOptions _options;
    private long _logStart;
    private long _logEnd;
    private long _highWatermark;
    private long _firstUnstable = long.MaxValue;
    private long _bytesSinceSnapshot;
    private long _snapshotOffset;
    private long _cleanedTo;
    private volatile bool _isClosed;

    private PartitionLog(LogEnvironment environment, TopicPartition partition, TopicId topicId, string folder, LogOptions options, LoadedLog loaded)
    {
        _environment = environment;
        _folder = folder;
        _options = options;
        _segments = loaded.Segments;
        _epochs = loaded.Epochs;
        _producers = loaded.Producers;
        _logStart = loaded.LogStartOffset;
        _logEnd = loaded.LogEndOffset;
        _highWatermark = _logStart;
        _snapshotOffset = loaded.SnapshotOffset;
        _durability = new LogDurability(environment, _lock, _segments, _epochs);
        Partition = partition;
        TopicId = topicId;
        NoteFirstUnstable();
    }

    /// <summary>Which partition it is.</summary>
    public TopicPartition Partition { get; }

    /// <summary>Which topic, beyond its name.</summary>
    public TopicId TopicId { get; private set; }

    /// <summary>The log directory that it lies in.</summary>
    public LogDirectory Directory => _environment.Directory;

    /// <summary>Whether nothing can be trusted or acknowledged any more.</summary>
    public bool IsOffline => _environment.Directory.IsOffline;

    /// <summary>The configs that it obeys.</summary>
    public LogOptions Options => _options;

    /// <summary>The first offset that it holds.</summary>
    public long LogStartOffset => Volatile.Read(ref _logStart);

    /// <summary>The next offset to be written.</summary>
    public long LogEndOffset => Volatile.Read(ref _logEnd);

    /// <summary>Everything below it is on the device.</summary>
    public long DurableEndOffset => _durability.DurableEnd;

    /// <summary>Everything below it is committed, as far as <see cref="RaiseHighWatermark"/> was told.</summary>
    public long HighWatermark => Volatile.Read(ref _highWatermark);

    /// <summary>The first offset of a transaction that is not decided for ever; null when all are.</summary>
    public long? FirstUnstableOffset => Volatile.Read(ref _firstUnstable) is var first and not long.MaxValue ? first : null;

    /// <summary>Where a <c>read_committed</c> reader must stop.</summary>
    public long LastStableOffset => Math.Min(Volatile.Read(ref _firstUnstable), HighWatermark);

    /// <summary>The epoch of the last leader that appended or was announced; -1 before the first.</summary>
    public int LatestEpoch => Locked(log => log._epochs.Latest);

    /// <summary>Bytes of all segments.</summary>
    public long SizeInBytes
    {
        get
        {
            var size = 0L;
            foreach (var segment in _segments.All)
                size += segment.Size;

            return size;
        }
    }

    /// <summary>How many segments there are.</summary>
    public int SegmentCount => _segments.All.Length;

    /// <summary>Whether a transactional batch of a client needs an open transaction or a <see cref="VerificationGuard"/>.</summary>
    public bool RequiresVerification { get; set; }

    /// <summary>The folder that it lies in.</summary>
    internal string Folder => _folder;

    /// <summary>The file system that it lies on.</summary>
    internal IDisk Disk => _environment.Disk;

    /// <summary>Whether it was closed, or is being deleted.</summary>
    internal bool IsClosed => _isClosed;

    /// <summary>The first offset that no cleaner has seen; 0 when none ever came.</summary>
    internal long CleanedTo
    {
        get => Volatile.Read(ref _cleanedTo);
        set
        {
            lock (_lock)
                Volatile.Write(ref _cleanedTo, Math.Min(value, _logEnd));
        }
    }

    internal SegmentList Segments => _segments;

    /// <summary>Opens the folder of a partition; see <see cref="LogLoader"/>.</summary>
    public static PartitionLog Open(
        LogEnvironment environment, TopicPartition partition, TopicId topicId, string folder, LogOptions options, LogOpening how, long now)
    {
        var loaded = new LogLoader(environment, partition, folder, options, now).Load(how.WasStoppedCleanly, how.RecoveryPoint, how.LogStart, how.CleanedTo);
        var log = new PartitionLog(environment, partition, topicId, folder, options, loaded);
        log._highWatermark = Math.Clamp(how.HighWatermark, log._logStart, log._logEnd);
        log._cleanedTo = how.CleanedTo <= log._logEnd ? how.CleanedTo : 0;
        var isInDoubt = loaded.WasCut || (loaded.WasChecked && how.RecoveryPoint < log._logEnd);
        log._durability.StartAt(loaded.WasChecked ? Math.Min(how.RecoveryPoint, log._logEnd) : log._logEnd, how.IsNew || loaded.WasChecked, isInDoubt);
        log.Committed(log._highWatermark);
        if (isInDoubt)
        {
            // What was found may be shown from now on, and what was cut off must not come back between what is appended next.
            log._durability.Ended(log._segments.All[..^1]);
            log.SyncToDisk();
        }

        return log;
    }

    /// <summary>Makes the log obey other configs from now on.</summary>
    public void Configure(LogOptions options) => _options = options;

    /// <summary>
    /// Appends batches. Offsets and the leader epoch are stamped into <paramref name="batches"/> in place, except for replication,
    /// where they are the leader's.
    /// </summary>
    /// <param name="batches">The bytes, patched in place. From a client exactly one batch.</param>
    /// <param name="leaderEpoch">The epoch that this replica leads or follows.</param>
    /// <param name="origin">Who appends.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    /// <param name="guard">Proof of a verified transaction, for transactional batches of clients.</param>
    /// <param name="markersBumpEpoch">Markers are of the transaction protocol that bumps the producer's epoch (TV2).</param>
    public AppendOutcome Append(
        Memory<byte> batches, int leaderEpoch, AppendOrigin origin, long now, VerificationGuard? guard = null, bool markersBumpEpoch = false)
    {
        var options = _options;
        if (origin == AppendOrigin.Client)
        {
            var validated = ClientBatchValidator.Validate(batches, options, now);
            if (validated.Refusal is { } refusal)
                return refusal;

            batches = validated.Batch;
            if (!Directory.HasRoomFor(batches.Length))
                return AppendOutcome.Refused(ErrorCode.KafkaStorageError, $"The disk of '{Directory.Path}' is nearly full.");
        }

        lock (_lock)
        {
            if (IsOffline)
                return AppendOutcome.Refused(ErrorCode.KafkaStorageError, $"The log directory '{Directory.Path}' is offline.");

            if (_isClosed)
                return AppendOutcome.Refused(ErrorCode.NotLeaderOrFollower, $"The log of {Partition} is closed.");

            if (origin == AppendOrigin.Client && Settle(batches.Span, guard) is { } settled)
                return settled;

            var plan = new AppendPlan(_producers, _logEnd, leaderEpoch, origin, guard, markersBumpEpoch);
            return plan.TryStamp(ref batches, out var refused) ? Write(batches, plan, options, now) : refused;
        }
    }

    /// <summary>The batches from the one that holds <paramref name="offset"/> on.</summary>
    /// <param name="offset">Where to start; a batch that holds it is read whole.</param>
    /// <param name="maxBytes">The most bytes to read.</param>
    /// <param name="upperBound">Nothing at or behind it is shown: the high watermark, the last stable offset or the log's end.</param>
    /// <param name="atLeastOneBatch">Whether the first batch is read even when it is larger than <paramref name="maxBytes"/>.</param>
    public ReadOutcome Read(long offset, int maxBytes, long upperBound, bool atLeastOneBatch)
    {
        if (IsOffline)
            return new ReadOutcome(ErrorCode.KafkaStorageError, null);

        var end = LogEndOffset;
        if (offset < LogStartOffset || offset > end)
            return new ReadOutcome(ErrorCode.OffsetOutOfRange, null);

        if (offset >= Math.Min(upperBound, end))
            return ReadOutcome.Nothing;

        try
        {
            return new ReadOutcome(ErrorCode.None, LogReader.Read(_segments.All, offset, maxBytes, Math.Min(upperBound, end), atLeastOneBatch));
        }
        catch (Exception failure) when (failure is DiskException or ObjectDisposedException)
        {
            NoteUnreadable(failure);
            return new ReadOutcome(ErrorCode.KafkaStorageError, null);
        }
    }

    /// <summary>The first record, below a bound, whose timestamp is at least the one given.</summary>
    public OffsetLookup FindTimestamp(long timestamp, long upperBound) => Reading(
        segments => LogReader.FindTimestamp(segments, timestamp, LogStartOffset, Math.Min(upperBound, LogEndOffset), int.MaxValue), OffsetLookup.None);

    /// <summary>
    /// The first record, below a bound, that has the largest timestamp. One that was deleted counts as long as its segment is there: Kafka, too, answers from
    /// what it knows of its segments.
    /// </summary>
    public OffsetLookup FindMaxTimestamp(long upperBound) => Reading(
        segments => LogReader.FindMaxTimestamp(segments, 0, Math.Min(upperBound, LogEndOffset), int.MaxValue), OffsetLookup.None);

    /// <summary>The aborted transactions whose records a <c>read_committed</c> reader of a range must hide.</summary>
    public IReadOnlyList<AbortedTransaction> AbortedTransactions(long fromOffset, long toOffset) =>
        Reading(segments => LogReader.AbortedTransactions(segments, fromOffset, toOffset), []);

    /// <summary>Where the records of an epoch end.</summary>
    public EpochEnd EndOffsetFor(int epoch) => Locked(log => log._epochs.EndOffsetFor(epoch, log._logEnd));

    /// <summary>The epoch of the record at an offset; -1 when not known.</summary>
    public int EpochOf(long offset) => Locked(log => log._epochs.EpochOf(offset));

    /// <summary>The offset at which an epoch of this log starts; -1 when it has no such epoch.</summary>
    public long StartOf(int epoch) => Locked(log => log._epochs.Entries.FirstOrDefault(entry => entry.Epoch == epoch, new EpochEntry(-1, -1)).StartOffset);

    /// <summary>This replica leads an epoch from the log's end on.</summary>
    public void BeginEpoch(int epoch)
    {
        lock (_lock)
            _epochs.Assign(epoch, _logEnd);
    }

    /// <summary>Everything below an offset is committed. Returns whether the mark rose.</summary>
    public bool RaiseHighWatermark(long offset)
    {
        lock (_lock)
        {
            var raised = Math.Min(offset, _logEnd);
            if (raised <= _highWatermark)
                return false;

            Committed(raised);
            return true;
        }
    }

    /// <summary>
    /// Makes everything appended so far survive a power cut, and returns the new durable end. After a failure the directory is offline
    /// and the durable end is what it was. May run while others append and read.
    /// </summary>
    public long SyncToDisk() => _durability.Sync(_folder, () => _logEnd);

    /// <summary>
    /// Hides everything below an offset (DeleteRecords); segments follow with the next <see cref="DeleteOldSegments"/>. Returns whether
    /// the start rose. Offsets beyond the high watermark are the caller's to refuse.
    /// </summary>
    public bool IncreaseLogStart(long offset)
    {
        lock (_lock)
        {
            if (offset > _logEnd)
                throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The log of {Partition} ends at {_logEnd}.");

            return RaiseLogStart(offset);
        }
    }

    /// <summary>
    /// Removes segments that are too old, too much, or below the log start; never one that reaches the high watermark or an undecided
    /// transaction. The active one is ended first when its time is up. Returns how many went.
    /// </summary>
    public int DeleteOldSegments(long now, long highWatermark)
    {
        lock (_lock)
        {
            if (_isClosed || IsOffline)
                return 0;

            var removed = 0;
            OrOffline(() => removed = RemoveDue(now, Math.Min(highWatermark, Volatile.Read(ref _firstUnstable))));
            return removed;
        }
    }

    /// <summary>
    /// Ends the active segment of a compacted log whose time is up, although nothing is appended any more: its records are compacted, and
    /// its tombstones go, only then.
    /// </summary>
    public void RollWhenDue(long now)
    {
        lock (_lock)
        {
            if (!_isClosed && !IsOffline && _options.IsCompacted && _segments.Active.IsTimeUp(_options, now))
                OrOffline(() => Roll(now));
        }
    }

    /// <summary>What of the log may be cleaned now.</summary>
    internal CleanableRange CleanableRange(long now)
    {
        var stable = LastStableOffset;
        return Reading(segments => Compaction.CleanableRange.Of(segments, CleanedTo, LogStartOffset, stable, _options, now), default);
    }

    /// <summary>The last that each producer wrote.</summary>
    internal Dictionary<long, ProducerTail> ProducerTails() => Locked(log => log._producers.All.ToDictionary(
        entry => entry.Id, entry => new ProducerTail(entry.HasBatches ? entry.Newest.LastOffset : -1, entry.Epoch)));

    /// <summary>Puts a cleaned segment in the place of those that it was made from; false when they are not there any more.</summary>
    internal bool TryReplace(Segment[] originals, Segment cleaned, long now)
    {
        lock (_lock)
        {
            var index = _isClosed || IsOffline ? -1 : _segments.IndexOf(originals);
            if (index < 0 || index + originals.Length >= _segments.All.Length)
                return false;

            OrOffline(() => SegmentReplacement.Run(_environment, _folder, _segments, index, originals, cleaned, now + _options.FileDeleteDelayMs));
            return !IsOffline;
        }
    }

    /// <summary>Cuts off every batch that reaches an offset: this replica's records from there on are not the leader's.</summary>
    public void TruncateTo(long offset)
    {
        lock (_lock)
        {
            if (offset >= _logEnd || IsOffline)
                return;

            if (offset < _segments.First.BaseOffset)
                OrOffline(() => StartAnewAt(offset, _segments.First.CreatedAt));
            else
                OrOffline(() => CutAt(offset));
        }
    }

    /// <summary>Drops everything and starts anew at an offset: this replica is so far behind that the leader has nothing to join it with.</summary>
    public void TruncateFullyAndStartAt(long offset, long now)
    {
        lock (_lock)
            OrOffline(() => StartAnewAt(offset, now));
    }

    /// <summary>The producers that are remembered.</summary>
    public IReadOnlyList<ProducerSummary> Producers() => Locked(log => log._producers.All
        .Select(entry => new ProducerSummary(entry.Id, entry.Epoch, entry.LastSequence, entry.LastTimestamp, entry.CoordinatorEpoch, entry.TransactionStart))
        .ToArray());

    /// <summary>Forgets producers that were silent since before a time.</summary>
    public void ExpireProducers(long silentSince)
    {
        lock (_lock)
            _producers.Expire(silentSince);
    }

    /// <summary>
    /// The guard that the next transactional batch of a producer must show once the coordinator confirmed its transaction; null when
    /// none is needed, because its transaction is known to be open here.
    /// </summary>
    public VerificationGuard? BeginVerification(long producerId, short epoch, int sequence, bool isNewProtocol)
    {
        lock (_lock)
            return _producers.BeginVerification(producerId, epoch, sequence, isNewProtocol);
    }

    /// <summary>Whether a producer's transaction is open on this partition.</summary>
    public bool HasOpenTransaction(long producerId, short epoch) =>
        Locked(log => log._producers.Find(producerId) is { HasOpenTransaction: true } entry && entry.Epoch == epoch);

    /// <summary>
    /// Writes what makes the next start fast: indexes, and a producer snapshot when the last one lies far back. Everything below
    /// <see cref="DurableEndOffset"/> then is a recovery point.
    /// </summary>
    internal void Checkpoint()
    {
        const long FarBack = 32 * 1024 * 1024;
        lock (_lock)
        {
            if (_isClosed)
                return;

            _segments.Active.FlushIndexes();
            if (_bytesSinceSnapshot >= FarBack && _producers.Count > 0)
                WriteSnapshot();
        }
    }

    /// <summary>Ends a clean run: everything is on the device, indexes and snapshot included, and the files are closed.</summary>
    internal void Close()
    {
        _durability.Sync(_folder, () => _logEnd);
        lock (_lock)
        {
            if (_isClosed)
                return;

            _isClosed = true;
            if (!IsOffline)
            {
                WriteSnapshot();
                foreach (var segment in _segments.All)
                    segment.FlushIndexes();

                // The next start believes the marker of a clean stop, and so the last segment's indexes, even if the power fails right after it.
                _segments.Active.Seal();
                _segments.Active.SyncIndexes();

                if (_epochs.IsDirty)
                    LeaderEpochFile.Write(_environment.Disk, _folder, _epochs.Entries);
            }

            foreach (var segment in _segments.All)
                segment.Dispose();
        }
    }

    /// <summary>Closes the files without writing anything: the log is being deleted, or its directory failed.</summary>
    internal void Abandon()
    {
        lock (_lock)
        {
            _isClosed = true;
            _durability.Abandon();
            foreach (var segment in _segments.All)
                segment.Dispose();
        }
    }

    /// <summary>
    /// Whether the start is not the base of the first segment, or a power cut could bring back segments from before it, and so must be
    /// checkpointed.
    /// </summary>
    internal bool HasOwnLogStart => LogStartOffset > _segments.First.BaseOffset || _durability.HasUnsyncedNames;

    private T Locked<T>(Func<PartitionLog, T> read)
    {
        lock (_lock)
            return read(this);
    }

    private T Reading<T>(SegmentsReader<T> read, T whenClosed)
    {
        try
        {
            return read(_segments.All);
        }
        catch (Exception failure) when (failure is DiskException or ObjectDisposedException)
        {
            NoteUnreadable(failure);
            return whenClosed;
        }
    }

    private void NoteUnreadable(Exception failure)
    {
        // A closed file is no damage: the partition was deleted while it was read.
        if (failure is DiskException)
            Directory.Fail(failure);
    }

    /// <summary>What a client's batch is answered with without being appended: a retry with its original, a refusal; null otherwise.</summary>
    private AppendOutcome? Settle(ReadOnlySpan<byte> batch, VerificationGuard? guard)
    {
        BatchHeader.TryRead(batch, out var header);
        if (!header.HasProducerId)
            return null;

        if (_producers.TryFindDuplicate(header, out var original))
        {
            return new AppendOutcome
            {
                FirstOffset = original.FirstOffset,
                LastOffset = original.LastOffset,
                LogAppendTime = original.Timestamp,
                LogStartOffset = _logStart,
                IsDuplicate = true,
            };
        }

        var refusal = _producers.Check(header, AppendOrigin.Client);
        if (refusal.IsRefused)
            return AppendOutcome.Refused(refusal.Error, refusal.Message!);

        return RequiresVerification && !_producers.IsVerified(header, guard)
            ? AppendOutcome.Refused(ErrorCode.InvalidTxnState, "Record was not part of an ongoing transaction")
            : null;
    }

    private AppendOutcome Write(Memory<byte> batches, AppendPlan plan, LogOptions options, long now)
    {
        try
        {
            if (_segments.Active.MustRollFor(options, batches.Length, plan.LargestTimestamp, plan.LastOffset, now))
                Roll(now, plan.FirstOffset);

            _segments.Active.Append(batches.Span, options.IndexIntervalBytes);
        }
        catch (DiskException failure)
        {
            // A full device may have room again; after any other failure what was written before is in doubt too.
            if (failure.IsFull)
                _environment.Log.AppendTakenBack(Partition, failure.Message);
            else
                Directory.Fail(failure);

            return AppendOutcome.Refused(ErrorCode.KafkaStorageError, failure.Message);
        }

        Apply(batches.Span);
        _bytesSinceSnapshot += batches.Length;
        Volatile.Write(ref _logEnd, plan.LastOffset + 1);
        return new AppendOutcome
        {
            FirstOffset = plan.FirstOffset,
            LastOffset = plan.LastOffset,
            LogAppendTime = options.UsesLogAppendTime ? now : -1,
            LogStartOffset = _logStart,
        };
    }

    private void Apply(ReadOnlySpan<byte> run)
    {
        var changesStability = false;
        var batches = new BatchReader(run);
        while (batches.MoveNext())
        {
            var header = batches.Header;
            _epochs.Assign(header.LeaderEpoch, header.BaseOffset);
            if (!header.HasProducerId)
                continue;

            changesStability |= header.IsTransactional;
            if (!header.IsControl)
                _producers.Apply(header);
            else if (EndTransactionMarker.TryRead(header, batches.Batch, out var marker) && _producers.ApplyMarker(header, marker) is { IsAborted: true } ended)
                _segments.Active.AddAborted(new AbortedTransaction(ended.ProducerId, ended.FirstOffset, ended.LastOffset, ended.LastStableOffset));
        }

        if (changesStability)
            NoteFirstUnstable();
    }

    private int RemoveDue(long now, long bound)
    {
        var due = SegmentRetention.CountDue(_segments.All, _options, _logStart, _logEnd, bound, now, out var why);
        if (due == 0)
            return 0;

        if (due == _segments.All.Length)
            Roll(now);

        RemoveFirst(due, now);
        _environment.Log.SegmentsRemoved(Partition, due, _segments.First.BaseOffset, why);
        return due;
    }

    private void CutAt(long offset)
    {
        var keep = SegmentList.IndexFor(_segments.All, offset) + 1;
        var end = _segments.All[keep - 1].EndOffsetBelow(offset);
        _durability.CutTo(end);
        Volatile.Write(ref _logStart, Math.Min(_logStart, end));
        Volatile.Write(ref _cleanedTo, Math.Min(_cleanedTo, end));
        _environment.SaveCheckpoints();
        var dropped = _segments.All[keep..];
        _segments.RemoveLast(dropped.Length);
        Drop(dropped);
        _segments.Active.TruncateTo(offset, _options.IndexIntervalBytes);
        EndsAt(_segments.Active.NextOffset);
    }

    private void StartAnewAt(long offset, long now)
    {
        _durability.CutTo(offset);
        Volatile.Write(ref _logStart, offset);
        Volatile.Write(ref _cleanedTo, 0);
        _environment.SaveCheckpoints();
        Drop(_segments.All);
        _segments.ReplaceAll(Segment.Create(_environment.Disk, _folder, offset, now));
        _epochs.Clear();
        EndsAt(offset);
    }

    /// <summary>Half a change of segments cannot be taken back: when the disk fails in it, the next start must sort it out.</summary>
    private void OrOffline(Action change)
    {
        try
        {
            change();
        }
        catch (DiskException failure)
        {
            Directory.Fail(failure);
        }
    }

    private void Roll(long now, long? baseOffset = null)
    {
        var next = baseOffset ?? _logEnd;
        var active = _segments.Active;
        if (active.Size == 0)
        {
            RestartEmptySegment(active, next, now);
            return;
        }

        // All that may fail for want of room comes before the new file: one that was left behind without being used would be taken
        // for a gap at the next start, and everything behind it would go.
        WriteSnapshot();
        active.Seal();
        active.FlushIndexes();
        var segment = Segment.Create(_environment.Disk, _folder, next, now);
        _durability.NamesChanged();
        _durability.Ended([active]);
        _segments.Add(segment);
    }

    private void RestartEmptySegment(Segment empty, long baseOffset, long now)
    {
        if (empty.BaseOffset == baseOffset)
            return;

        var segment = Segment.Create(_environment.Disk, _folder, baseOffset, now);
        _segments.Replace(_segments.All.Length - 1, 1, segment);
        empty.Delete();
        _durability.NamesChanged();
    }

    private void WriteSnapshot()
    {
        if (_logEnd <= _snapshotOffset)
            return;

        // Recovery starts from the snapshot, and would not find the aborted transactions before it again.
        foreach (var segment in _segments.All)
            segment.SyncAborted();

        ProducerSnapshotFile.Write(_environment.Disk, _folder, _logEnd, _producers.All);
        _snapshotOffset = _logEnd;
        _bytesSinceSnapshot = 0;
    }

    private void RemoveFirst(int count, long now)
    {
        var removed = _segments.All[..count].ToArray();
        _segments.RemoveFirst(count);
        RaiseLogStart(_segments.First.BaseOffset);
        SegmentRemoval.Retire(_environment, _folder, removed, now + _options.FileDeleteDelayMs);
        SegmentRemoval.DropSnapshotsBelow(_environment.Disk, _folder, _segments.First.BaseOffset);
        _durability.NamesChanged();
    }

    private void Drop(ReadOnlySpan<Segment> segments)
    {
        // Newest first: what a crash leaves has no hole.
        for (var index = segments.Length - 1; index >= 0; index--)
            segments[index].Delete();

        _durability.NamesChanged();
    }

    /// <summary>The log was cut: everything that is derived from it follows.</summary>
    private void EndsAt(long offset)
    {
        _epochs.TruncateFromEnd(offset);
        var recovery = new ProducerRecovery(_environment.Disk, _folder, _environment.Log);
        _producers = recovery.Rebuild(_segments.All, offset, offset, _ => { });
        _snapshotOffset = recovery.SnapshotOffset;
        Volatile.Write(ref _logEnd, offset);
        Volatile.Write(ref _logStart, Math.Min(_logStart, offset));
        Volatile.Write(ref _highWatermark, Math.Min(_highWatermark, offset));
        Committed(_highWatermark);
        _durability.SyncCut(_folder);
        _environment.Log.LogTruncated(Partition, offset);
    }

    private bool RaiseLogStart(long offset)
    {
        if (offset <= _logStart)
            return false;

        Volatile.Write(ref _logStart, offset);
        _epochs.TruncateFromStart(offset);
        Committed(Math.Max(_highWatermark, offset));
        return true;
    }

    private void Committed(long highWatermark)
    {
        _producers.Committed(highWatermark);
        NoteFirstUnstable();
        Volatile.Write(ref _highWatermark, highWatermark);
    }

    private void NoteFirstUnstable() =>
        Volatile.Write(ref _firstUnstable, _producers.FirstUnstableOffset is { } first ? Math.Max(first, _logStart) : long.MaxValue);

    private delegate T SegmentsReader<T>(ReadOnlySpan<Segment> segments);
}
