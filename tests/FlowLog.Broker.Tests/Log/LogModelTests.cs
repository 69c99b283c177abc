using FlowLog.Broker.Log;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;
using FlowLog.Testing.Simulation.Disk;
using FsCheck;

namespace FlowLog.Broker.Tests.Log;

/// <summary>
/// The log against a list, with crashes at every point: appends of plain, idempotent and transactional batches, syncs, truncation,
/// deletion, retention, clean stops, kills and power cuts.
/// </summary>
public sealed class LogModelTests
{
    private static readonly Gen<Command<Kind>> s_any = Command<Kind>.Any(
        10_000,
        (20, Kind.Append),
        (10, Kind.Idempotent),
        (10, Kind.Transactional),
        (6, Kind.Marker),
        (6, Kind.Sync),
        (4, Kind.Checkpoint),
        (2, Kind.Truncate),
        (2, Kind.DeleteRecords),
        (2, Kind.Retention),
        (2, Kind.BeginEpoch),
        (1, Kind.FullDisk),
        (1, Kind.FailedSync),
        (2, Kind.CleanRestart),
        (2, Kind.Kill),
        (3, Kind.PowerCut));

    [Fact]
    public void A_log_with_crashes_does_what_a_list_does() =>
        Script<Kind>.Check(s_any, longest: 40, script => new Run(script.Seed).Do(script.Commands));

    /// <summary>Found by the property: of two power cuts the second brought back a snapshot that the start between them had deleted.</summary>
    [Fact]
    public void A_deleted_snapshot_does_not_come_back_to_other_records()
    {
        const string script =
            "PowerCut 7168; Transactional 3974; Truncate 5574; Append 7726; Append 4543; Checkpoint 5700; Marker 5173; PowerCut 7963; Marker 2028; Transactional 5141; "
            + "Idempotent 4083; Checkpoint 9918; Append 7347; Transactional 9571; Transactional 7391; FailedSync 4162; Append 866; PowerCut 5743";
        new Run(667743636).Do(Command<Kind>.ParseAll(script));
    }

    /// <summary>
    /// Found by the property after 12,000 sequences: half a batch, taken back, came back with the power at the end of a segment, and the synced one behind it went.
    /// </summary>
    [Fact]
    public void What_is_appended_after_the_device_was_full_and_then_synced_is_not_lost()
    {
        const string script =
            "Checkpoint 8534; Idempotent 2703; Idempotent 5124; Transactional 2554; Append 3974; Append 6340; Marker 4643; Append 8047; Sync 4088; FullDisk 9172; "
            + "Idempotent 8252; Sync 8345; PowerCut 8877";
        new Run(381636511).Do(Command<Kind>.ParseAll(script));
    }

    private enum Kind
    {
        Append,
        Idempotent,
        Transactional,
        Marker,
        Sync,
        Checkpoint,
        Truncate,
        DeleteRecords,
        Retention,
        BeginEpoch,
        FullDisk,
        FailedSync,
        CleanRestart,
        Kill,
        PowerCut,
    }

    /// <summary>One appended batch as the model knows it.</summary>
    private sealed record Entry(long BaseOffset, int Count, int Epoch, string Value, long ProducerId, int BaseSequence, bool Transactional, bool? Committed)
    {
        public long NextOffset => BaseOffset + Count;

        public bool IsMarker => Committed is not null;
    }

    private sealed class Run(int seed)
    {
        private static readonly LogOptions Options = LogOptions.Default with
        {
            SegmentBytes = 700,
            IndexIntervalBytes = 150,
            RetentionBytes = 1500,
            RetentionMs = -1,
            FileDeleteDelayMs = 0,
        };

        private readonly StoreBench _bench = new(Options, seed);
        private readonly List<Entry> _model = [];
        private long _start;
        private long _durableStart;
        private long _anew;
        private int _epoch;
        private int _values;

        private PartitionLog Log => _bench.Log;

        private long End => Math.Max(_anew, _model.Count == 0 ? 0 : _model[^1].NextOffset);

        public void Do(IEnumerable<Command<Kind>> commands)
        {
            _bench.Create().SyncToDisk();
            foreach (var command in commands)
            {
                Do(command);
                CheckEverything();
            }
        }

        private void Do(Command<Kind> command)
        {
            switch (command.Kind)
            {
                case Kind.Append:
                    Append(1 + (command.Argument % 3), -1, -1, false);
                    break;
                case Kind.Idempotent:
                    AppendProduced(producer: command.Argument % 2, 1 + (command.Argument % 3), transactional: false, isRetry: command.Argument % 5 == 0);
                    break;
                case Kind.Transactional:
                    AppendProduced(producer: 2 + (command.Argument % 2), 1 + (command.Argument % 3), transactional: true, isRetry: false);
                    break;
                case Kind.Marker:
                    Mark(producer: 2 + (command.Argument % 2), committed: command.Argument % 3 == 0);
                    break;
                case Kind.Sync:
                    Assert.Equal(End, Log.SyncToDisk());
                    break;
                case Kind.Checkpoint:
                    _bench.Store.Checkpoint();
                    _bench.Store.CheckpointHighWatermarks();
                    _durableStart = _start;
                    break;
                case Kind.Truncate:
                    Truncate(_start + (command.Argument % (End - _start + 1)));
                    break;
                case Kind.DeleteRecords:
                    _start += command.Argument % (End - _start + 1);
                    Log.IncreaseLogStart(_start);
                    Log.RaiseHighWatermark(_start);
                    break;
                case Kind.Retention:
                    _bench.Store.RunRetention(0);
                    _bench.Store.RunDeletions(long.MaxValue);
                    _start = Math.Max(_start, Log.LogStartOffset);
                    break;
                case Kind.BeginEpoch:
                    Log.BeginEpoch(++_epoch);
                    break;
                case Kind.FullDisk:
                    AppendToFullDisk(command.Argument);
                    break;
                case Kind.FailedSync:
                    FailToSync();
                    break;
                case Kind.CleanRestart:
                    _bench.Store.Close(brokerEpoch: 5);
                    Reopen(mustBeClean: true);
                    _durableStart = _start;
                    Assert.Equal((_start, End), (Log.LogStartOffset, Log.LogEndOffset));
                    break;
                case Kind.Kill:
                    Crash(power: false, guaranteed: End);
                    break;
                case Kind.PowerCut:
                    Crash(power: true, Log.DurableEndOffset);
                    break;
            }
        }

        private void Append(int count, long producerId, int sequence, bool transactional)
        {
            var value = $"value-{_values++}";
            var batch = Batch(count, producerId, sequence, transactional, value);
            var outcome = Log.Append(batch, _epoch, AppendOrigin.Client, LogBench.Now);
            Assert.True(outcome.IsSuccess, outcome.Message);
            Assert.Equal((End, End + count - 1, false), (outcome.FirstOffset, outcome.LastOffset, outcome.IsDuplicate));
            _model.Add(new Entry(End, count, _epoch, value, producerId, sequence, transactional, null));
        }

        private void AppendProduced(int producer, int count, bool transactional, bool isRetry)
        {
            var last = _model.LastOrDefault(entry => entry.ProducerId == producer && !entry.IsMarker);
            if (last is not null && !MustBeKnown(last))
                return;

            if (isRetry && last is not null)
            {
                var outcome = Log.Append(Batch(last.Count, producer, last.BaseSequence, last.Transactional, last.Value), _epoch, AppendOrigin.Client, LogBench.Now);
                Assert.Equal((ErrorCode.None, true, last.BaseOffset), (outcome.Error, outcome.IsDuplicate, outcome.FirstOffset));
                return;
            }

            var next = last is null ? 0 : last.BaseSequence + last.Count;
            if (last is not null)
            {
                var gap = Log.Append(Batch(count, producer, next + 1, transactional, "gap"), _epoch, AppendOrigin.Client, LogBench.Now);
                Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, gap.Error);
            }

            Append(count, producer, next, transactional);
        }

        /// <summary>What a producer wrote before the first segment may be forgotten by a crash, and so may be the producer.</summary>
        private bool MustBeKnown(Entry last) =>
            last.BaseOffset >= Log.Segments.First.BaseOffset || Log.Producers().Any(known => known.ProducerId == last.ProducerId && known.LastSequence >= 0);

        private void Mark(int producer, bool committed)
        {
            var batch = new EndTransactionMarker(committed, 0).ToBatch(producer, 0, LogBench.Now, 0);
            var outcome = Log.Append(batch, _epoch, AppendOrigin.Coordinator, LogBench.Now);
            Assert.Equal((ErrorCode.None, End), (outcome.Error, outcome.FirstOffset));
            _model.Add(new Entry(End, 1, _epoch, "", producer, -1, true, committed));
        }

        private void AppendToFullDisk(int argument)
        {
            var before = BytesOfBatches();
            _bench.Platter.FailNext(DiskOperation.Write, DiskException.Full, ".log", skip: 0);
            var outcome = Log.Append(Batch(1 + (argument % 3), -1, -1, false, "never"), _epoch, AppendOrigin.Client, LogBench.Now);
            Assert.Equal(ErrorCode.KafkaStorageError, outcome.Error);
            _bench.Platter.HealErrors();
            Assert.Equal(before, BytesOfBatches());
        }

        private long BytesOfBatches() => _bench.Platter.ListFiles(Log.Folder).Where(name => name.EndsWith(".log", StringComparison.Ordinal))
            .Sum(name => (long)_bench.Platter.ReadAllBytes($"{Log.Folder}/{name}").Length);

        /// <summary>After a sync that failed nothing is acknowledged any more, and only a new start goes on, with what was on the device before.</summary>
        private void FailToSync()
        {
            var durable = Log.DurableEndOffset;
            if (durable == End)
                return;

            _bench.Platter.FailNext(DiskOperation.Sync, pathContains: ".log");
            Assert.Equal(durable, Log.SyncToDisk());
            _bench.Platter.HealErrors();
            Assert.True(Log.IsOffline, "the directory goes on after a failed sync");
            Assert.Equal(durable, Log.SyncToDisk());
            Assert.Equal(ErrorCode.KafkaStorageError, Log.Append(Batch(1, -1, -1, false, "never"), _epoch, AppendOrigin.Client, LogBench.Now).Error);
            Crash(power: true, durable);
        }

        private void Truncate(long offset)
        {
            Log.TruncateTo(offset);
            _model.RemoveAll(entry => entry.NextOffset > offset);

            // Its base lives on in the name of a segment even when no batch is left.
            Assert.Equal(End, Log.LogEndOffset);
            _start = Math.Min(_start, End);
            _durableStart = Math.Min(_durableStart, _start);
        }

        private void Crash(bool power, long guaranteed)
        {
            _bench.Crash(power);
            Reopen(mustBeClean: false);
            var end = Log.LogEndOffset;
            Assert.InRange(end, guaranteed, End);
            _model.RemoveAll(entry => entry.NextOffset > end);
            if (end > End && end == Log.LogStartOffset && end <= _start)
            {
                // Everything behind what was deleted is lost: the log goes on where the deletion ended.
                _anew = end;
            }

            Assert.Equal(End, end);
            Assert.InRange(Log.LogStartOffset, 0, _start);
            Assert.True(Log.LogStartOffset >= Math.Min(_durableStart, end), $"the log starts at {Log.LogStartOffset} although {_durableStart} was checkpointed");
            _start = Log.LogStartOffset;
            _durableStart = Math.Min(_durableStart, _start);
        }

        private void CheckEverything()
        {
            Assert.False(Log.Directory.IsOffline);
            Log.RaiseHighWatermark(End);
            var expected = _model.Where(entry => !entry.IsMarker)
                .SelectMany(entry => Enumerable.Range(0, entry.Count).Select(index => (Offset: entry.BaseOffset + index, entry.Value)))
                .Where(record => record.Offset >= _start)
                .ToList();
            Assert.Equal(expected, ReadAll());
            CheckTransactions();
            CheckEpochs();
            CheckProducers();
        }

        /// <summary>
        /// What was deleted may be forgotten by a crash: of a transaction whose first records are gone the first that is left counts.
        /// </summary>
        private void CheckTransactions()
        {
            var left = Log.Segments.First.BaseOffset;
            var open = new Dictionary<long, (long First, long? FirstLeft)>();
            var aborted = new List<(long ProducerId, long Marker, long? FirstLeft)>();
            foreach (var entry in _model.Where(entry => entry.Transactional))
            {
                if (entry.IsMarker && open.Remove(entry.ProducerId, out var ended) && entry.Committed == false && entry.BaseOffset >= _start)
                    aborted.Add((entry.ProducerId, entry.BaseOffset, ended.FirstLeft));
                else if (!entry.IsMarker)
                {
                    var known = open.GetValueOrDefault(entry.ProducerId, (entry.BaseOffset, null));
                    open[entry.ProducerId] = (known.First, known.FirstLeft ?? (entry.BaseOffset >= left ? entry.BaseOffset : null));
                }
            }

            if (open.Values.Min(transaction => transaction.FirstLeft) is { } mandatory)
                Assert.InRange(Log.FirstUnstableOffset ?? long.MaxValue, Math.Max(_start, open.Values.Min(transaction => transaction.First)), Math.Max(_start, mandatory));
            else if (open.Count == 0)
                Assert.Null(Log.FirstUnstableOffset);

            var found = Log.AbortedTransactions(_start, End);
            Assert.All(found, transaction => Assert.Contains(aborted, known => (known.ProducerId, known.Marker) == (transaction.ProducerId, transaction.LastOffset)));
            Assert.All(
                aborted.Where(known => known.FirstLeft is not null),
                known => Assert.Contains(found, transaction => transaction.LastOffset == known.Marker && transaction.FirstOffset <= known.FirstLeft));
        }

        private void CheckEpochs()
        {
            foreach (var entry in _model.Where(entry => entry.BaseOffset >= _start))
                Assert.Equal(entry.Epoch, Log.EpochOf(entry.BaseOffset));
        }

        private void CheckProducers()
        {
            var expected = _model.Where(entry => entry.ProducerId >= 0 && !entry.IsMarker)
                .GroupBy(entry => entry.ProducerId)
                .ToDictionary(group => group.Key, group => group.Last().BaseSequence + group.Last().Count - 1);
            foreach (var producer in Log.Producers().Where(producer => producer.LastSequence >= 0))
                Assert.Equal(expected[producer.ProducerId], producer.LastSequence);
        }

        private List<(long Offset, string Value)> ReadAll()
        {
            var found = new List<(long, string)>();
            StoreBench.Walk(Log, (header, batch) => found.AddRange(StoreBench.RecordsOf(header, batch)
                .Where(record => record.Offset >= _start)
                .Select(record => (record.Offset, record.Value!))));
            return found;
        }

        private byte[] Batch(int count, long producerId, int sequence, bool transactional, string value) =>
            _bench.Batch(producerId, sequence, transactional, [.. Enumerable.Repeat(("k", (string?)value), count)]);

        private void Reopen(bool mustBeClean)
        {
            _bench.Open();
            Assert.Equal(mustBeClean, _bench.Store.WasStoppedCleanly);
            Assert.Equal(mustBeClean ? 5 : -1, _bench.Store.PreviousBrokerEpoch);
        }
    }
}
