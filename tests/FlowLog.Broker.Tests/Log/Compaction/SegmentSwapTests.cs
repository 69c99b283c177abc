using System.Text;
using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Storage;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Runtime;
using FlowLog.Testing.Simulation;
using FlowLog.Testing.Simulation.Disk;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests.Log.Compaction;

/// <summary>
/// Putting a cleaned segment in the place of its originals, interrupted before every operation of the disk; and the start that tidies up after that
/// interrupted before every operation of its own.
/// </summary>
public sealed class SegmentSwapTests
{
    private const string Root = "/logs";
    private const long Producer = 7;

    private static readonly TopicPartition Partition = new("t", 0);

    private static readonly LogOptions Compacted = LogOptions.Default with
    {
        CleanupPolicy = CleanupPolicy.Compact,
        SegmentBytes = 600,
        IndexIntervalBytes = 100,
        FileDeleteDelayMs = 0,
        MinCleanableDirtyRatio = 0,
        DeleteRetentionMs = 1000,
        TimestampAfterMaxMs = long.MaxValue,
    };

    private readonly ManualTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(LogBench.Now));
    private SimulatedDisk _platter = null!;
    private HookedDisk _disk = null!;
    private LogStore _store = null!;

    private PartitionLog Log => _store.TryGet(Partition, out var log) ? log : throw new InvalidOperationException("The log is gone.");

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public void A_kill_anywhere_in_a_cleaning_and_anywhere_in_the_start_after_it_leaves_the_old_or_the_new()
    {
        var operations = OperationsOf(Clean);
        Assert.InRange(operations, 30, 1000);
        for (var at = 0; at < operations; at++)
        {
            CrashAt(at, power: false);
            var start = OperationsOf(Open);
            for (var again = at % 3; again < start; again += 3)
            {
                CrashAt(at, power: false);
                Interrupted(again, Open);
                _platter.KillProcess();
                Open();
                Check($"killed at {at} and in the start at {again}");
            }
        }
    }

    [Fact]
    public void A_power_cut_anywhere_in_a_cleaning_leaves_the_old_or_the_new()
    {
        var operations = OperationsOf(Clean);
        for (var seed = 0; seed < 10; seed++)
        {
            for (var at = 0; at < operations; at++)
            {
                CrashAt(at, power: true, seed);
                Open();
                Check($"seed {seed}, power cut at {at}");
            }
        }
    }

    private void CrashAt(int operation, bool power, int seed = 1)
    {
        Prepare(seed);
        Interrupted(operation, Clean);
        if (power)
            _platter.CutPower();
        else
            _platter.KillProcess();
    }

    private void Interrupted(int operations, Action action)
    {
        _disk.DieAfter(operations);
        action();
        _disk = new HookedDisk(_platter);
    }

    private int OperationsOf(Action action)
    {
        if (action == Clean)
            Prepare(seed: 1);

        _disk.DieAfter(100_000);
        action();
        return 100_000 - _disk.DieAfter(int.MaxValue);
    }

    /// <summary>
    /// A log that was cleaned once: aborted records are gone, their marker and its entry in the index are still there, and go with the next cleaning.
    /// </summary>
    private void Prepare(int seed)
    {
        _platter = new SimulatedDisk(seed);
        _platter.CreateDirectory(Root);
        _platter.SyncDirectory("/");
        _disk = new HookedDisk(_platter);
        Open();
        _store.Create(Partition, TopicId.Zero, Compacted);
        Put("key", "committed");
        Append(Batch("key", "aborted", Producer), AppendOrigin.Client);
        Append(new EndTransactionMarker(Committed: false, 0).ToBatch(Producer, 1, Now, 0), AppendOrigin.Coordinator);
        Fill();
        Clean();
        _store.RunDeletions(long.MaxValue);
        Assert.Single(Log.AbortedTransactions(0, 10));
        _store.ExpireProducers(long.MaxValue);
        Fill();
        Log.SyncToDisk();
        _store.Checkpoint();
    }

    private void Clean()
    {
        while (!Log.IsOffline && _store.RunCleaner(Now, TestContext.Current.CancellationToken))
            _store.RunDeletions(long.MaxValue);
    }

    private void Check(string when)
    {
        Assert.False(Log.IsOffline, when);
        var last = new Dictionary<string, string>();
        foreach (var (key, value) in Read())
            last[key] = value;

        Assert.True(last.OrderBy(entry => entry.Key, StringComparer.Ordinal).SequenceEqual([new("filler", "29"), new("key", "committed")]), $"{when}: {string.Join(", ", last)}");
        Assert.Equal(63, Log.LogEndOffset);
        var names = _disk.ListFiles(Log.Folder);
        var batches = names.Where(name => name.EndsWith(".log", StringComparison.Ordinal)).Select(name => name[..20]).ToHashSet();
        Assert.All(names.Where(name => char.IsAsciiDigit(name[0]) && !name.EndsWith(".snapshot", StringComparison.Ordinal)), name =>
        {
            Assert.True(batches.Contains(name[..20]), $"{when}: {name}");
            Assert.True(name.EndsWith(".log", StringComparison.Ordinal) || name.EndsWith("index", StringComparison.Ordinal), $"{when}: {name}");
        });

        // Whoever hides a transaction needs its marker to end that.
        var markers = Markers();
        Assert.All(Log.AbortedTransactions(0, long.MaxValue), aborted => Assert.True(markers.Contains(aborted.LastOffset), when));
        if (_disk.FileExists($"{Log.Folder}/00000000000000000000.txnindex"))
            Assert.True(Log.AbortedTransactions(0, 1).Count == 0 || !IsCleanedTwice(), $"{when}: an index of the originals is left");
    }

    /// <summary>The second cleaning gives the marker a date, because nothing of its transaction is left.</summary>
    private bool IsCleanedTwice()
    {
        var isDated = false;
        Walk((header, _) => isDated |= header is { IsControl: true, HasDeleteHorizon: true });
        return isDated;
    }

    private HashSet<long> Markers()
    {
        var found = new HashSet<long>();
        Walk((header, _) =>
        {
            if (header.IsControl)
                found.Add(header.LastOffset);
        });
        return found;
    }

    private List<(string Key, string Value)> Read()
    {
        var found = new List<(string, string)>();
        var aborted = Log.AbortedTransactions(0, long.MaxValue).Count;
        Walk((header, batch) =>
        {
            var records = new RecordReader(header, batch.AsSpan(RecordBatch.HeaderSize));
            while (!header.IsControl && (!header.IsTransactional || aborted == 0) && records.MoveNext())
                found.Add((Encoding.UTF8.GetString(records.Current.Key.Span), Encoding.UTF8.GetString(records.Current.Value.Span)));
        });
        return found;
    }

    private void Walk(Action<BatchHeader, byte[]> see)
    {
        for (var next = Log.LogStartOffset; Log.Read(next, 1000, long.MaxValue, atLeastOneBatch: true).Region is { } region;)
        {
            var bytes = new byte[region.Length];
            region.CopyTo(bytes);
            var batches = new BatchReader(bytes);
            while (batches.MoveNext())
            {
                see(batches.Header, batches.Batch.ToArray());
                next = batches.Header.LastOffset + 1;
            }
        }
    }

    private void Fill()
    {
        for (var index = 0; index < 30; index++)
            Put("filler", $"{index}");
    }

    private void Put(string key, string value) => Append(Batch(key, value, -1), AppendOrigin.Client);

    private void Append(byte[] batch, AppendOrigin origin)
    {
        var outcome = Log.Append(batch, 0, origin, Now);
        Assert.True(outcome.IsSuccess, outcome.Message);
        Log.RaiseHighWatermark(Log.LogEndOffset);
    }

    private static byte[] Batch(string key, string value, long producer)
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings
        {
            ProducerId = producer,
            ProducerEpoch = (short)(producer < 0 ? -1 : 0),
            BaseSequence = producer < 0 ? -1 : 0,
            IsTransactional = producer >= 0,
        });
        builder.Append(LogBench.Now, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
        return builder.Finish().ToArray();
    }

    private void Open()
    {
        _store = LogStore.Open(
            new LogStoreOptions { Directories = [new LogDirectoryPath(Root, Guid.Empty)], OptionsOf = _ => Compacted, RecoveryThreads = 1, MinFreeBytes = 0 },
            _disk,
            _clock,
            World.Real().Random,
            NullLogger.Instance);
        if (_store.TryGet(Partition, out var log))
            log.RaiseHighWatermark(log.LogEndOffset);
    }
}
