using System.Text;
using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Compaction;
using FlowLog.Broker.Log.Segments;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Runtime;
using FlowLog.Testing.Simulation;
using FlowLog.Testing.Simulation.Disk;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests.Log.Compaction;

public sealed class LogCleanerTests
{
    private const string Root = "/logs";

    private static readonly LogOptions Compacted = LogOptions.Default with
    {
        CleanupPolicy = CleanupPolicy.Compact,
        SegmentBytes = 600,
        IndexIntervalBytes = 100,
        FileDeleteDelayMs = 0,
        MinCleanableDirtyRatio = 0.5,
        DeleteRetentionMs = 1000,
        TimestampAfterMaxMs = long.MaxValue,
    };

    private readonly SimulatedDisk _disk = new(1);
    private readonly ManualTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(LogBench.Now));
    private LogStore _store;

    public LogCleanerTests()
    {
        _disk.CreateDirectory(Root);
        _store = Open();
    }

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public void Of_every_key_the_last_record_stays_where_it_was()
    {
        var log = Create("t");
        for (var index = 0; index < 200; index++)
            Put(log, $"key-{index % 10}", $"value-{index}");

        CleanAll();
        var found = Read(log);
        var cleaned = found.TakeWhile(record => record.Offset < log.CleanedTo).ToList();
        Assert.True(cleaned.Count <= 11, string.Join(", ", cleaned));
        Assert.All(found, record => Assert.Equal(($"key-{record.Offset % 10}", $"value-{record.Offset}"), (record.Key, record.Value)));
        Assert.Equal(10, found.Select(record => record.Key).Distinct().Count());
        Assert.Equal(200, log.LogEndOffset);

        _store.Close(1);
        _store = Open();
        Assert.True(_store.TryGet(new TopicPartition("t", 0), out var reopened));
        Assert.Equal(found, Read(reopened));
        Assert.Equal(log.CleanedTo, reopened.CleanedTo);
    }

    [Fact]
    public void Segments_that_became_small_are_merged()
    {
        var log = Create("t");
        Fill(log);
        CleanAll();
        var segments = log.SegmentCount;
        Fill(log);
        CleanAll();
        Fill(log);
        CleanAll();
        Assert.True(log.SegmentCount < 2 * segments, $"{segments} segments became {log.SegmentCount}");
        Assert.Equal("29", Read(log)[^1].Value);
    }

    [Fact]
    public void A_tombstone_goes_when_its_time_is_over_and_no_earlier()
    {
        var log = Create("t");
        Put(log, "gone", "value");
        Put(log, "gone", null);
        Fill(log);
        CleanAll();
        Assert.Equal([(1L, "gone", null)], Read(log).Where(record => record.Key == "gone"));

        _clock.Advance(TimeSpan.FromMilliseconds(999));
        Fill(log);
        CleanAll();
        Assert.Single(Read(log), record => record.Key == "gone");

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Fill(log);
        CleanAll();
        Assert.DoesNotContain(Read(log), record => record.Key == "gone");
    }

    [Fact]
    public void Aborted_records_go_at_once_and_their_marker_after_them()
    {
        var log = Create("t");
        Put(log, "key", "committed");
        Transact(log, "key", "aborted", committed: false);
        Transact(log, "other", "kept", committed: true);
        Fill(log);
        CleanAll();
        Assert.DoesNotContain(Read(log), record => record.Value == "aborted");
        Assert.Contains(Read(log), record => record.Value == "committed");
        Assert.Equal(2, Markers(log));

        // As long as a producer may go on, its last batch stays where it was.
        _store.ExpireProducers(Now + (24 * 3_600_000));
        Fill(log);
        CleanAll();

        // The next time nothing of the aborted one is met, and its marker gets a date. That of the other stays with its record.
        Fill(log);
        CleanAll();
        Assert.Equal(2, Markers(log));
        _clock.Advance(TimeSpan.FromMilliseconds(1001));
        Fill(log);
        CleanAll();
        Assert.Equal(1, Markers(log));
        Assert.Contains(Read(log), record => record.Value == "kept");
    }

    [Fact]
    public void A_damaged_log_is_left_alone_and_the_others_are_cleaned()
    {
        var damaged = Create("damaged");
        var sound = Create("sound");
        Fill(damaged);
        Fill(sound);
        damaged.SyncToDisk();
        _disk.FlipBit($"{damaged.Folder}/{SegmentFileName.For(0, SegmentFileName.Log)}", 100);
        CleanAll();
        CleanAll();
        Assert.True(sound.CleanedTo > 0);
        Assert.Equal(0, damaged.CleanedTo);
        Assert.False(damaged.IsOffline);
        Assert.Equal(1, _store.UncleanableLogs);
        Assert.DoesNotContain(_disk.ListFiles(damaged.Folder), name => name.EndsWith(".cleaned", StringComparison.Ordinal));

        _clock.Advance(TimeSpan.FromMinutes(11));
        _disk.FlipBit($"{damaged.Folder}/{SegmentFileName.For(0, SegmentFileName.Log)}", 100);
        CleanAll();
        Assert.True(damaged.CleanedTo > 0);
        Assert.Equal(0, _store.UncleanableLogs);
    }

    [Fact]
    public void A_log_is_cleaned_when_it_is_dirty_enough_or_its_records_are_old_enough()
    {
        var log = Create("t", Compacted with { MinCompactionLagMs = 500, MaxCompactionLagMs = 5000 });
        Fill(log);
        Assert.False(Clean());
        _clock.Advance(TimeSpan.FromMilliseconds(501));
        Assert.True(Clean());
        Assert.False(Clean());

        var cleanedTo = log.CleanedTo;
        log.Configure(log.Options with { MinCleanableDirtyRatio = 1 });
        Fill(log);
        _clock.Advance(TimeSpan.FromMilliseconds(4000));
        Assert.False(Clean());
        _clock.Advance(TimeSpan.FromMilliseconds(1001));
        Assert.True(Clean());
        Assert.True(log.CleanedTo > cleanedTo);

        // The last records come to rest in the active segment. It too is ended by its age.
        _clock.Advance(TimeSpan.FromMilliseconds(5001));
        CleanAll();
        Assert.Equal(log.LogEndOffset, log.CleanedTo);
    }

    [Fact]
    public void Nothing_is_cleaned_that_is_not_committed()
    {
        var log = Create("t");
        Fill(log, raise: false);
        Assert.False(Clean());
        log.RaiseHighWatermark(log.LogEndOffset);
        var open = Append(log, Batch("key", "open", producer: 7, transactional: true), AppendOrigin.Client);
        Fill(log);
        CleanAll();
        Assert.Equal(open, log.CleanedTo);
    }

    [Fact]
    public void More_keys_than_there_is_memory_for_are_cleaned_in_several_passes()
    {
        _store = Open(mapBytes: 1);
        var log = Create("t", Compacted with { MinCleanableDirtyRatio = 0 });
        for (var index = 0; index < 1000; index++)
            Put(log, $"key-{index % 250}", $"value-{index}");

        CleanAll();
        var found = Read(log);
        Assert.True(log.CleanedTo > 900);
        Assert.Equal(250, found.Select(record => record.Key).Distinct().Count());
        Assert.True(found.Count < 400, $"{found.Count} records are left");
    }

    [Fact]
    public void Cleaning_and_deleting_go_together()
    {
        var log = Create("t", Compacted with { CleanupPolicy = CleanupPolicy.Compact | CleanupPolicy.Delete, RetentionMs = 10_000 });
        Fill(log);
        CleanAll();
        _clock.Advance(TimeSpan.FromMilliseconds(10_001));
        _store.RunRetention(Now);
        Assert.Equal(log.LogEndOffset, log.LogStartOffset);
        Put(log, "key", "value");
        Assert.Equal(["value"], Read(log).Select(record => record.Value));
    }

    [Fact]
    public void The_hash_is_SipHash_with_128_bits()
    {
        var hash = new KeyHash(0x0706050403020100, 0x0f0e0d0c0b0a0908);
        Assert.Equal((0xe6a825ba047f81a3UL, 0x930255c71472f66dUL), hash.Of([]));
        Assert.Equal((0x44af996bd8c187daUL, 0x45fc229b11597634UL), hash.Of([0]));
    }

    private bool Clean() => _store.RunCleaner(Now, TestContext.Current.CancellationToken);

    private void CleanAll()
    {
        while (Clean())
        {
        }
    }

    private PartitionLog Create(string topic, LogOptions? options = null) => _store.Create(new TopicPartition(topic, 0), TopicId.Zero, options ?? Compacted);

    private void Fill(PartitionLog log, bool raise = true)
    {
        for (var index = 0; index < 30; index++)
            Append(log, Batch("filler", $"{index}", -1, false), AppendOrigin.Client, raise);
    }

    private void Put(PartitionLog log, string key, string? value) => Append(log, Batch(key, value, -1, false), AppendOrigin.Client);

    private void Transact(PartitionLog log, string key, string value, bool committed)
    {
        var producer = log.LogEndOffset + 100;
        Append(log, Batch(key, value, producer, transactional: true), AppendOrigin.Client);
        Append(log, new EndTransactionMarker(committed, 0).ToBatch(producer, 1, Now, 0), AppendOrigin.Coordinator);
    }

    private long Append(PartitionLog log, byte[] batch, AppendOrigin origin, bool raise = true)
    {
        var outcome = log.Append(batch, 0, origin, Now);
        Assert.True(outcome.IsSuccess, outcome.Message);
        if (raise)
            log.RaiseHighWatermark(log.LogEndOffset);

        return outcome.FirstOffset;
    }

    private byte[] Batch(string key, string? value, long producer, bool transactional)
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings
        {
            ProducerId = producer,
            ProducerEpoch = (short)(producer < 0 ? -1 : 0),
            BaseSequence = producer < 0 ? -1 : 0,
            IsTransactional = transactional,
        });
        builder.Append(Now, Encoding.UTF8.GetBytes(key), value is null ? default : Encoding.UTF8.GetBytes(value));
        return builder.Finish().ToArray();
    }

    private static int Markers(PartitionLog log)
    {
        var found = 0;
        Walk(log, (header, _) => found += header.IsControl && header.RecordCount > 0 ? 1 : 0);
        return found;
    }

    private static List<(long Offset, string Key, string? Value)> Read(PartitionLog log)
    {
        var found = new List<(long, string, string?)>();
        Walk(log, (header, batch) =>
        {
            var records = new RecordReader(header, batch.AsSpan(RecordBatch.HeaderSize));
            while (!header.IsControl && records.MoveNext())
            {
                var record = records.Current;
                found.Add((record.Offset, Encoding.UTF8.GetString(record.Key.Span), record.Value.IsNull ? null : Encoding.UTF8.GetString(record.Value.Span)));
            }
        });
        return found;
    }

    private static void Walk(PartitionLog log, Action<BatchHeader, byte[]> see)
    {
        for (var next = log.LogStartOffset; log.Read(next, 1000, long.MaxValue, atLeastOneBatch: true).Region is { } region;)
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

    private LogStore Open(long mapBytes = 1 << 20) => LogStore.Open(
        new LogStoreOptions
        {
            Directories = [new LogDirectoryPath(Root, Guid.Empty)],
            OptionsOf = _ => Compacted,
            RecoveryThreads = 1,
            MinFreeBytes = 0,
            CleanerMapBytes = mapBytes,
        },
        _disk,
        _clock,
        World.Real().Random,
        NullLogger.Instance);
}
