using FlowLog.Broker.Log;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;
using FlowLog.Testing.Simulation.Disk;
using FsCheck;

namespace FlowLog.Broker.Tests.Log.Compaction;

/// <summary>
/// Cleaning against what was written, with failures and crashes at every step of it: no last value of a key is lost, nothing comes back,
/// nothing moves, tombstones and markers stay as long as they must, and producers are known as before.
/// </summary>
public sealed class CleanerModelTests
{
    private static readonly Gen<Command<Kind>> s_any = Command<Kind>.Any(
        1_000_000,
        (20, Kind.Append),
        (6, Kind.Idempotent),
        (10, Kind.Transactional),
        (8, Kind.Marker),
        (12, Kind.Clean),
        (3, Kind.CleanWithFewKeys),
        (5, Kind.CleanAndFail),
        (4, Kind.Wait),
        (2, Kind.Sync),
        (2, Kind.CleanRestart),
        (2, Kind.Kill),
        (2, Kind.PowerCut));

    [Fact]
    public void Cleaning_with_crashes_loses_no_last_value_and_brings_none_back() =>
        Script<Kind>.Check(s_any, longest: 60, script => new Run(script.Seed).Do(script.Commands));

    /// <summary>Found by the property: between two true entries of the last segment's index one was torn, and what it pointed past could not be read.</summary>
    [Fact]
    public void An_index_that_is_torn_in_its_middle_hides_nothing()
    {
        const string script =
            "CleanWithFewKeys 711360; Transactional 995602; CleanAndFail 382574; CleanAndFail 703139; Transactional 596818; Transactional 429477; Transactional 757990; "
            + "Append 764140; Append 221739; Transactional 35078; CleanAndFail 413765; Idempotent 231455; Transactional 636975; CleanWithFewKeys 357717; Append 589490; "
            + "Transactional 874882; Idempotent 293744; Append 436857; PowerCut 147858; CleanRestart 37644; CleanAndFail 827428";
        new Run(264803318).Do(Command<Kind>.ParseAll(script));
    }

    /// <summary>Found by the property: an older snapshot was taken after a crash, and the marker behind it that ended a transaction was compacted away.</summary>
    [Fact]
    public void A_transaction_whose_marker_was_compacted_away_is_not_open_again_after_a_crash()
    {
        const string script =
            "Idempotent 415430; Transactional 921802; Transactional 741697; Append 213081; Append 98457; Append 437132; Idempotent 654491; CleanWithFewKeys 98610; CleanAndFail 879525; "
            + "Marker 505937; CleanWithFewKeys 995947; Idempotent 213392; Append 826522; Marker 243552; Transactional 672244; Transactional 896287; Clean 948042; Wait 895167; Marker 352012; "
            + "Clean 900863; CleanAndFail 257153";
        new Run(166185442).Do(Command<Kind>.ParseAll(script));
    }

    private enum Kind
    {
        Append,
        Idempotent,
        Transactional,
        Marker,
        Clean,
        CleanWithFewKeys,
        CleanAndFail,
        Wait,
        Sync,
        CleanRestart,
        Kill,
        PowerCut,
    }

    private sealed record Written(long Offset, string Key, string? Value, long ProducerId)
    {
        /// <summary>null while the transaction is open.</summary>
        public bool? IsCommitted { get; set; }

        public long? CleanedAt { get; set; }
    }

    private sealed record Batch(long ProducerId, int BaseSequence, int Count, long LastOffset);

    private sealed class Run(int seed)
    {
        private const int Retention = 1000;

        private readonly StoreBench _bench = new(StoreBench.Compacted with { SegmentBytes = 700, IndexIntervalBytes = 150, DeleteRetentionMs = Retention }, seed);
        private readonly List<Written> _written = [];
        private readonly List<Batch> _batches = [];
        private readonly List<(long Offset, long ProducerId, bool Committed)> _markers = [];
        private long _end;
        private int _values;

        private PartitionLog Log => _bench.Log;

        private long Now => _bench.Now;

        public void Do(IEnumerable<Command<Kind>> commands)
        {
            _bench.Create().SyncToDisk();
            foreach (var command in commands)
            {
                Do(command);
                Log.RaiseHighWatermark(_end);
                CheckRecords();
                CheckCommitted();
                CheckProducers();
                Assert.Equal(_written.FirstOrDefault(record => record.IsCommitted is null)?.Offset, Log.FirstUnstableOffset);
            }
        }

        private void Do(Command<Kind> command)
        {
            var argument = command.Argument;
            switch (command.Kind)
            {
                case Kind.Append:
                    Append(argument, -1, false);
                    break;
                case Kind.Idempotent:
                    Append(argument, argument % 2, false);
                    break;
                case Kind.Transactional:
                    Append(argument, 2 + (argument % 2), true);
                    break;
                case Kind.Marker:
                    Mark(2 + (argument % 2), argument % 3 != 0);
                    break;
                case Kind.Clean:
                    Clean();
                    break;
                case Kind.CleanWithFewKeys:
                    var settings = _bench.Settings;
                    _bench.Settings = settings with { CleanerMapBytes = 1, CleanerLoadFactor = 0.1 };
                    Restart();
                    Clean();
                    _bench.Settings = settings;
                    break;
                case Kind.CleanAndFail:
                    CleanAndFail(argument);
                    break;
                case Kind.Wait:
                    _bench.Clock.Advance(TimeSpan.FromMilliseconds(argument % (2 * Retention)));
                    break;
                case Kind.Sync:
                    Assert.Equal(_end, Log.SyncToDisk());
                    break;
                case Kind.CleanRestart:
                    Restart();
                    break;
                case Kind.Kill:
                    Crash(power: false, _end);
                    break;
                case Kind.PowerCut:
                    Crash(power: true, Log.DurableEndOffset);
                    break;
            }
        }

        private void Append(int argument, long producer, bool transactional)
        {
            var last = _batches.LastOrDefault(batch => batch.ProducerId == producer);
            var sequence = producer < 0 ? -1 : last is null ? 0 : last.BaseSequence + last.Count;
            var records = Enumerable.Range(0, 1 + (argument / 4 % 3))
                .Select(index => ($"key-{(argument / 12 + (index * 5)) % 9}", (argument + index) % 7 == 0 ? null : $"value-{_values++}"))
                .ToArray();
            _written.AddRange(records.Select((record, index) => new Written(_end + index, record.Item1, record.Item2, producer) { IsCommitted = transactional ? null : true }));
            var batch = _bench.Batch(argument % 4 == 0 ? Codec.Gzip : Codec.None, producer, sequence, transactional, records);
            Assert.Equal(_end, _bench.Append(batch, commits: false));
            _end += records.Length;
            if (producer >= 0)
                _batches.Add(new Batch(producer, sequence, records.Length, _end - 1));
        }

        private void Mark(long producer, bool committed)
        {
            _bench.Append(new EndTransactionMarker(committed, 0).ToBatch(producer, 0, Now, 0), AppendOrigin.Coordinator, commits: false);
            _markers.Add((_end++, producer, committed));
            Decide();
        }

        /// <summary>What the markers make of the transactional records.</summary>
        private void Decide()
        {
            foreach (var record in _written.Where(record => record.ProducerId >= 2))
            {
                var marker = _markers.FirstOrDefault(marker => marker.ProducerId == record.ProducerId && marker.Offset > record.Offset, (-1, -1, false));
                record.IsCommitted = marker.Offset < 0 ? null : marker.Committed;
            }
        }

        private void Clean()
        {
            _bench.CleanAll();
            Assert.False(Log.Directory.IsOffline);
            NoteCleaned();
            _bench.Store.RunDeletions(long.MaxValue);
            Assert.DoesNotContain(_bench.Platter.ListFiles(Log.Folder), name => name.EndsWith(".cleaned", StringComparison.Ordinal) || name.EndsWith(".swap", StringComparison.Ordinal));
        }

        private void NoteCleaned()
        {
            foreach (var record in _written.Where(record => record.Offset < Log.CleanedTo))
                record.CleanedAt ??= Now;
        }

        private void CleanAndFail(int argument)
        {
            DiskOperation[] operations =
                [DiskOperation.Open, DiskOperation.Write, DiskOperation.Sync, DiskOperation.Rename, DiskOperation.Rename, DiskOperation.SyncDirectory, DiskOperation.Delete];
            var isFull = argument % 5 == 0;
            var operation = isFull ? DiskOperation.Write : operations[argument / 5 % operations.Length];
            _bench.Platter.FailNext(operation, isFull ? DiskException.Full : DiskException.InputOutput, "/t-0", skip: argument / 35 % 12);
            var durable = Log.DurableEndOffset;
            var end = _end;
            var cleanedTo = Log.LastStableOffset;
            _bench.Clean();
            _bench.Platter.HealErrors();
            foreach (var record in _written.Where(record => record.Offset < cleanedTo))
                record.CleanedAt ??= Now;

            // After a failed sync the page cache and the device differ, and only a power cut makes an end of it.
            if (argument % 2 == 0 && operation is not (DiskOperation.Sync or DiskOperation.SyncDirectory))
                Crash(power: false, Log.Directory.IsOffline ? durable : end);
            else
                Crash(power: true, durable);
        }

        private void Restart()
        {
            _bench.Store.Close(brokerEpoch: 5);
            _bench.Open();
            Assert.True(_bench.Store.WasStoppedCleanly);
            Assert.Equal(_end, Log.LogEndOffset);
        }

        private void Crash(bool power, long guaranteed)
        {
            _bench.Crash(power);
            _bench.Open();
            var end = Log.LogEndOffset;
            Assert.InRange(end, guaranteed, _end);
            _end = end;
            _written.RemoveAll(record => record.Offset >= end);
            _batches.RemoveAll(batch => batch.LastOffset >= end);
            _markers.RemoveAll(marker => marker.Offset >= end);
            Decide();
        }

        /// <summary>Every record that is there is one that was written, in its place; from the cleaned end on all are there.</summary>
        private void CheckRecords()
        {
            var byOffset = _written.ToDictionary(record => record.Offset);
            var found = Read(isCommitted: false);
            long before = -1;
            foreach (var (offset, key, value) in found)
            {
                Assert.True(offset > before);
                before = offset;
                Assert.True(byOffset.TryGetValue(offset, out var original), $"nothing was written at {offset}");
                Assert.Equal((original.Key, original.Value), (key, value));
            }

            var offsets = found.Select(record => record.Offset).ToHashSet();
            Assert.All(_written.Where(record => record.CleanedAt is null), record => Assert.Contains(record.Offset, offsets));
        }

        /// <summary>Who reads committed records from the start ends with the same last value of each key, and sees nothing aborted.</summary>
        private void CheckCommitted()
        {
            var stable = Log.LastStableOffset;
            var found = Read(isCommitted: true);
            var byOffset = _written.ToDictionary(record => record.Offset);
            Assert.All(found, record => Assert.True(byOffset[record.Offset].IsCommitted == true, $"the record at {record.Offset} is not committed"));
            var last = found.GroupBy(record => record.Key).ToDictionary(group => group.Key, group => group.Last());
            foreach (var group in _written.Where(record => record.Offset < stable && record.IsCommitted == true).GroupBy(record => record.Key))
            {
                var expected = group.Last();
                var isThere = last.TryGetValue(group.Key, out var actual);
                if (expected.Value is not null || expected.CleanedAt is null || Now < expected.CleanedAt + Retention)
                    Assert.True(isThere, $"the last record of {group.Key}, at {expected.Offset}, is gone");

                if (isThere)
                    Assert.Equal((expected.Offset, expected.Value), (actual.Offset, actual.Value));
            }
        }

        private void CheckProducers()
        {
            var known = Log.Producers().ToDictionary(producer => producer.ProducerId);
            var ends = new HashSet<long>();
            StoreBench.Walk(Log, (header, _) => ends.Add(header.LastOffset));
            foreach (var group in _batches.GroupBy(batch => batch.ProducerId))
            {
                var last = group.Last();
                Assert.True(known.TryGetValue(group.Key, out var producer), $"producer {group.Key} is forgotten");
                Assert.Equal(last.BaseSequence + last.Count - 1, producer.LastSequence);
                Assert.True(ends.Contains(last.LastOffset), $"without a snapshot producer {group.Key} would be forgotten");
            }
        }

        private List<(long Offset, string Key, string? Value)> Read(bool isCommitted)
        {
            var found = new List<(long, string, string?)>();
            var aborted = new Queue<Broker.Log.Segments.AbortedTransaction>(Log.AbortedTransactions(0, _end).OrderBy(transaction => transaction.FirstOffset));
            var hidden = new HashSet<long>();
            StoreBench.Walk(Log, See, isCommitted ? Log.LastStableOffset : long.MaxValue);
            return found;

            void See(BatchHeader header, byte[] batch)
            {
                while (aborted.Count > 0 && aborted.Peek().FirstOffset <= header.LastOffset)
                    hidden.Add(aborted.Dequeue().ProducerId);

                if (header.IsControl && EndTransactionMarker.TryRead(header, batch, out var marker) && !marker.Committed)
                    hidden.Remove(header.ProducerId);
                else if (!isCommitted || !header.IsTransactional || !hidden.Contains(header.ProducerId))
                    found.AddRange(StoreBench.RecordsOf(header, batch));
            }
        }
    }
}
