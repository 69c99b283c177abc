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
    private readonly LogState _state;
    private readonly LogDurability _durability;
    private readonly LogAppender _appender;
    private readonly SegmentRoller _roller;
    private readonly LogRetention _retention;
    private readonly LogTruncation _truncation;
    private readonly LogLookups _lookups;
    private volatile LogOptions _options;
    private volatile bool _isClosed;
    private bool _isInDoubt;

    private PartitionLog(LogEnvironment environment, TopicPartition partition, TopicId topicId, string folder, LogOptions options, LoadedLog loaded)
    {
        TopicId = topicId;
        _options = options;
        _state = new LogState(environment, partition, folder, loaded);
        _durability = new LogDurability(_state, _lock);
        _roller = new SegmentRoller(_state, _durability);
        _appender = new LogAppender(_state, _roller);
        _retention = new LogRetention(_state, _roller, _durability);
        _truncation = new LogTruncation(_state, _durability);
        _lookups = new LogLookups(_state);
    }

    /// <summary>Which partition it is.</summary>
    public TopicPartition Partition => _state.Partition;

    /// <summary>Which topic, beyond its name.</summary>
    public TopicId TopicId { get; }

    /// <summary>The log directory that it lies in.</summary>
    public LogDirectory Directory => _state.Directory;

    /// <summary>Whether nothing can be trusted or acknowledged any more.</summary>
    public bool IsOffline => Directory.IsOffline;

    /// <summary>The configs that it obeys.</summary>
    public LogOptions Options => _options;

    /// <summary>The first offset that it holds.</summary>
    public long LogStartOffset => _state.Start;

    /// <summary>The next offset to be written.</summary>
    public long LogEndOffset => _state.End;

    /// <summary>Everything below it is on the device.</summary>
    public long DurableEndOffset => _durability.DurableEnd;

    /// <summary>Up to where a start after a crash need not read the log.</summary>
    internal long RecoveryPoint => _durability.RecoveryPoint;

    /// <summary>Everything below it is committed, as far as <see cref="RaiseHighWatermark"/> was told.</summary>
    public long HighWatermark => _state.HighWatermark;

    /// <summary>The first offset of a transaction that is not decided for ever; null when all are.</summary>
    public long? FirstUnstableOffset => _state.FirstUnstable is var first and not long.MaxValue ? first : null;

    /// <summary>Where a <c>read_committed</c> reader must stop.</summary>
    public long LastStableOffset => _state.LastStable;

    /// <summary>The epoch of the last leader that appended or was announced; -1 before the first.</summary>
    public int LatestEpoch => Locked(log => log.Epochs.Latest);

    /// <summary>Bytes of all segments.</summary>
    public long SizeInBytes
    {
        get
        {
            var size = 0L;
            foreach (var segment in Segments.All)
                size += segment.Size;

            return size;
        }
    }

    /// <summary>How many segments there are.</summary>
    public int SegmentCount => Segments.All.Length;

    /// <summary>Whether a transactional batch of a client needs an open transaction or a <see cref="VerificationGuard"/>.</summary>
    public bool RequiresVerification
    {
        get => _appender.RequiresVerification;
        set => _appender.RequiresVerification = value;
    }

    /// <summary>The folder that it lies in.</summary>
    internal string Folder => _state.Folder;

    /// <summary>The file system that it lies on.</summary>
    internal IDisk Disk => _state.Environment.Disk;

    /// <summary>Whether it was closed, or is being deleted.</summary>
    internal bool IsClosed => _isClosed;

    /// <summary>The first offset that no cleaner has seen; 0 when none ever came.</summary>
    internal long CleanedTo
    {
        get => _state.CleanedTo;
        set
        {
            lock (_lock)
                _state.CleanedTo = value;
        }
    }

    internal SegmentList Segments => _state.Segments;

    /// <summary>
    /// Whether the start is not the base of the first segment, or a power cut could bring back segments from before it, and so must be
    /// checkpointed.
    /// </summary>
    internal bool HasOwnLogStart => LogStartOffset > Segments.First.BaseOffset || _durability.HasUnsyncedNames;

    /// <summary>Opens the folder of a partition, ready to be shown and appended to.</summary>
    public static PartitionLog Open(
        LogEnvironment environment, TopicPartition partition, TopicId topicId, string folder, LogOptions options, LogOpening how, long now)
    {
        var log = Load(environment, partition, topicId, folder, options, how, now);
        log.SyncFound();
        return log;
    }

    /// <summary>
    /// The first half of <see cref="Open"/>, which keeps a processor busy (see <see cref="LogLoader"/>): nothing may be shown or appended before
    /// <see cref="SyncFound"/>.
    /// </summary>
    internal static PartitionLog Load(
        LogEnvironment environment, TopicPartition partition, TopicId topicId, string folder, LogOptions options, LogOpening how, long now)
    {
        var loaded = new LogLoader(environment, partition, folder, options, now).Load(how);
        var log = new PartitionLog(environment, partition, topicId, folder, options, loaded);
        var end = loaded.LogEndOffset;
        log._state.CleanedTo = how.CleanedTo <= end ? how.CleanedTo : 0;
        log._isInDoubt = loaded.WasCut || (loaded.WasChecked && how.RecoveryPoint < end);
        log._durability.StartAt(loaded.WasChecked ? Math.Min(how.RecoveryPoint, end) : end, how.IsNew || loaded.WasChecked, log._isInDoubt);
        log._state.Committed(Math.Clamp(how.HighWatermark, loaded.LogStartOffset, end));

        // Indexes that were built anew have to be on the device before the recovery point goes beyond their segment: then they are relied on.
        if (loaded.WasChecked)
            log._durability.Ended(log.Segments.All[..^1]);

        return log;
    }

    /// <summary>
    /// The second half of <see cref="Open"/>, which waits for the device: what was found may be shown from then on, and what was cut off cannot come back
    /// between what is appended next.
    /// </summary>
    internal void SyncFound()
    {
        if (!_isInDoubt)
            return;

        SyncToDisk();
        foreach (var segment in Segments.All[..^1])
            segment.Unload();
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

            return _isClosed
                ? AppendOutcome.Refused(ErrorCode.NotLeaderOrFollower, $"The log of {Partition} is closed.")
                : _appender.Append(batches, leaderEpoch, origin, options, now, guard, markersBumpEpoch);
        }
    }

    /// <summary>The batches from the one that holds <paramref name="offset"/> on.</summary>
    /// <param name="offset">Where to start; a batch that holds it is read whole.</param>
    /// <param name="maxBytes">The most bytes to read.</param>
    /// <param name="upperBound">Nothing at or behind it is shown: the high watermark, the last stable offset or the log's end.</param>
    /// <param name="atLeastOneBatch">Whether the first batch is read even when it is larger than <paramref name="maxBytes"/>.</param>
    public ReadOutcome Read(long offset, int maxBytes, long upperBound, bool atLeastOneBatch) => _lookups.Read(offset, maxBytes, upperBound, atLeastOneBatch);

    /// <summary>The first record, below a bound, whose timestamp is at least the one given.</summary>
    public OffsetLookup FindTimestamp(long timestamp, long upperBound) => _lookups.FindTimestamp(timestamp, upperBound);

    /// <summary>
    /// The first record, below a bound, that has the largest timestamp. One that was deleted counts as long as its segment is there: Kafka, too, answers from
    /// what it knows of its segments.
    /// </summary>
    public OffsetLookup FindMaxTimestamp(long upperBound) => _lookups.FindMaxTimestamp(upperBound);

    /// <summary>The aborted transactions whose records a <c>read_committed</c> reader of a range must hide.</summary>
    public IReadOnlyList<AbortedTransaction> AbortedTransactions(long fromOffset, long toOffset) => _lookups.AbortedTransactions(fromOffset, toOffset);

    /// <summary>Where the records of an epoch end.</summary>
    public EpochEnd EndOffsetFor(int epoch) => Locked(log => log.Epochs.EndOffsetFor(epoch, log.End));

    /// <summary>The epoch of the record at an offset; -1 when not known.</summary>
    public int EpochOf(long offset) => Locked(log => log.Epochs.EpochOf(offset));

    /// <summary>The offset at which an epoch of this log starts; -1 when it has no such epoch.</summary>
    public long StartOf(int epoch) => Locked(log => log.Epochs.Entries.FirstOrDefault(entry => entry.Epoch == epoch, new EpochEntry(-1, -1)).StartOffset);

    /// <summary>This replica leads an epoch from the log's end on.</summary>
    public void BeginEpoch(int epoch)
    {
        lock (_lock)
            _state.Epochs.Assign(epoch, _state.End);
    }

    /// <summary>Everything below an offset is committed. Returns whether the mark rose.</summary>
    public bool RaiseHighWatermark(long offset)
    {
        lock (_lock)
        {
            var raised = Math.Min(offset, _state.End);
            if (raised <= _state.HighWatermark)
                return false;

            _state.Committed(raised);
            return true;
        }
    }

    /// <summary>
    /// Makes everything appended so far survive a power cut, and returns the new durable end. After a failure the directory is offline
    /// and the durable end is what it was. May run while others append and read.
    /// </summary>
    public long SyncToDisk() => _durability.Sync();

    /// <summary>
    /// Hides everything below an offset (DeleteRecords); segments follow with the next <see cref="DeleteOldSegments"/>. Returns whether
    /// the start rose. Offsets beyond the high watermark are the caller's to refuse.
    /// </summary>
    public bool IncreaseLogStart(long offset)
    {
        lock (_lock)
        {
            if (offset > _state.End)
                throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The log of {Partition} ends at {_state.End}.");

            return _state.RaiseStart(offset);
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
            Directory.FailUnless(() => removed = _retention.RemoveDue(_options, Math.Min(highWatermark, _state.FirstUnstable), now));
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
            if (!_isClosed && !IsOffline && _options.IsCompacted && Segments.Active.IsTimeUp(_options, now))
                Directory.TryUnlessFull(() => _roller.Roll(_state.End, now));
        }
    }

    /// <summary>What of the log may be cleaned now.</summary>
    internal CleanableRange CleanableRange(long now)
    {
        var stable = LastStableOffset;
        return _lookups.Ask(segments => Compaction.CleanableRange.Of(segments, CleanedTo, LogStartOffset, stable, _options, now), default);
    }

    /// <summary>The last that each producer wrote.</summary>
    internal Dictionary<long, ProducerTail> ProducerTails() => Locked(log => log.Producers.All.ToDictionary(
        entry => entry.Id, entry => new ProducerTail(entry.HasBatches ? entry.Newest.LastOffset : -1, entry.Epoch)));

    /// <summary>
    /// Gets everything appended so far onto the device, and the producers as of an offset or later too. False when the disk does not let it.
    /// </summary>
    /// <remarks>
    /// Below that offset compaction may take markers of transactions away from then on. A recovery that found an older snapshot only, in which such a
    /// transaction is open, would wait for its end for ever. What the snapshot stands for has to be on the device as well: one of an offset behind the
    /// log's end is worth nothing.
    /// </remarks>
    internal bool TrySecureProducers(long offset)
    {
        var snapshot = -1L;
        lock (_lock)
        {
            if (_isClosed || IsOffline)
                return false;

            if (_state.Snapshots.Newest >= offset || Directory.TryUnlessFull(_state.WriteSnapshot))
                snapshot = _state.Snapshots.Newest;
        }

        if (snapshot < 0 || SyncToDisk() < snapshot)
            return false;

        // Not beside the log's lock: meanwhile the log may be deleted, and made again.
        var isSynced = false;
        lock (_lock)
            return !_isClosed && !IsOffline && Directory.TryUnlessFull(() => isSynced = _state.Snapshots.TrySync(snapshot)) && isSynced;
    }

    /// <summary>Puts a cleaned segment in the place of those that it was made from; false when they are not there any more.</summary>
    internal bool TryReplace(Segment[] originals, Segment cleaned, long now)
    {
        lock (_lock)
        {
            var index = _isClosed || IsOffline ? -1 : Segments.IndexOf(originals);
            if (index < 0 || index + originals.Length >= Segments.All.Length)
                return false;

            Directory.FailUnless(() => SegmentReplacement.Run(_state.Environment, Folder, Segments, index, originals, cleaned, now + _options.FileDeleteDelayMs));
            return !IsOffline;
        }
    }

    /// <summary>Cuts off every batch that reaches an offset: this replica's records from there on are not the leader's.</summary>
    public void TruncateTo(long offset)
    {
        lock (_lock)
        {
            if (offset >= _state.End || IsOffline)
                return;

            if (offset < Segments.First.BaseOffset)
                Directory.FailUnless(() => _truncation.StartAnewAt(offset, Segments.First.CreatedAt));
            else
                Directory.FailUnless(() => _truncation.CutAt(offset, _options.IndexIntervalBytes));
        }
    }

    /// <summary>Drops everything and starts anew at an offset: this replica is so far behind that the leader has nothing to join it with.</summary>
    public void TruncateFullyAndStartAt(long offset, long now)
    {
        lock (_lock)
            Directory.FailUnless(() => _truncation.StartAnewAt(offset, now));
    }

    /// <summary>The producers that are remembered.</summary>
    public IReadOnlyList<ProducerSummary> Producers() => Locked(log => log.Producers.All
        .Select(entry => new ProducerSummary(entry.Id, entry.Epoch, entry.LastSequence, entry.LastTimestamp, entry.CoordinatorEpoch, entry.TransactionStart))
        .ToArray());

    /// <summary>Forgets producers that were silent since before a time.</summary>
    public void ExpireProducers(long silentSince)
    {
        lock (_lock)
            _state.Producers.Expire(silentSince);
    }

    /// <summary>
    /// The guard that the next transactional batch of a producer must show once the coordinator confirmed its transaction; null when
    /// none is needed, because its transaction is known to be open here; <see cref="VerificationGuard.OfPastEpoch"/> when none would help.
    /// </summary>
    public VerificationGuard? BeginVerification(long producerId, short epoch, int sequence, bool isNewProtocol)
    {
        lock (_lock)
            return _state.Producers.BeginVerification(producerId, epoch, sequence, isNewProtocol);
    }

    /// <summary>Whether a producer's transaction is open on this partition.</summary>
    public bool HasOpenTransaction(long producerId, short epoch) =>
        Locked(log => log.Producers.Find(producerId) is { HasOpenTransaction: true } entry && entry.Epoch == epoch);

    /// <summary>
    /// Writes what makes the next start fast: indexes, and a producer snapshot when the last one lies far back. Everything below
    /// <see cref="RecoveryPoint"/> then need not be read again.
    /// </summary>
    internal void Checkpoint()
    {
        lock (_lock)
        {
            if (_isClosed)
                return;

            Segments.Active.FlushIndexes();
            if (_state.Snapshots.AreFarBack && _state.Producers.Count > 0)
                _state.WriteSnapshot();
        }
    }

    /// <summary>Ends a clean run: everything is on the device, indexes and snapshot included, and the files are closed.</summary>
    internal void Close()
    {
        lock (_lock)
        {
            if (_isClosed)
                return;

            // Nothing is appended behind the last sync.
            _isClosed = true;
        }

        SyncToDisk();
        lock (_lock)
        {
            if (!IsOffline)
                WriteAll();

            CloseFiles();
        }
    }

    /// <summary>Closes the files without writing anything: the log is being deleted, or its directory failed.</summary>
    internal void Abandon()
    {
        lock (_lock)
        {
            _durability.Abandon();
            CloseFiles();
        }
    }

    private void WriteAll()
    {
        _state.WriteSnapshot();
        Segments.Active.Seal();
        foreach (var segment in Segments.All)
            segment.FlushIndexes();

        if (_state.Epochs.IsOutdated)
            LeaderEpochFile.Write(Disk, Folder, _state.Epochs.Entries);
    }

    private void CloseFiles()
    {
        _isClosed = true;
        foreach (var segment in Segments.All)
            segment.Dispose();
    }

    private T Locked<T>(Func<LogState, T> read)
    {
        lock (_lock)
            return read(_state);
    }
}
