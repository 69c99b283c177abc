using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Compaction;
using FlowLog.Broker.Log.Segments;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Tests.Log.Compaction;

public sealed class LogCleanerTests
{
    private static readonly LogOptions Compacted = StoreBench.Compacted with { MinCleanableDirtyRatio = 0.5 };

    private readonly StoreBench _bench = new(Compacted);

    [Fact]
    public void Of_every_key_the_last_record_stays_where_it_was()
    {
        var log = _bench.Create("t");
        for (var index = 0; index < 200; index++)
            _bench.Put($"key-{index % 10}", $"value-{index}", log);

        _bench.CleanAll();
        var found = StoreBench.Read(log);
        var cleaned = found.TakeWhile(record => record.Offset < log.CleanedTo).ToList();
        Assert.True(cleaned.Count <= 11, string.Join(", ", cleaned));
        Assert.All(found, record => Assert.Equal(($"key-{record.Offset % 10}", $"value-{record.Offset}"), (record.Key, record.Value)));
        Assert.Equal(10, found.Select(record => record.Key).Distinct().Count());
        Assert.Equal(200, log.LogEndOffset);

        _bench.Store.Close(1);
        _bench.Open();
        var reopened = _bench.Log;
        Assert.Equal(found, StoreBench.Read(reopened));
        Assert.Equal(log.CleanedTo, reopened.CleanedTo);
    }

    [Fact]
    public void Segments_that_became_small_are_merged()
    {
        var log = _bench.Create("t");
        _bench.Fill(log);
        _bench.CleanAll();
        var segments = log.SegmentCount;
        _bench.Fill(log);
        _bench.CleanAll();
        _bench.Fill(log);
        _bench.CleanAll();
        Assert.True(log.SegmentCount < 2 * segments, $"{segments} segments became {log.SegmentCount}");
        Assert.Equal("29", StoreBench.Read(log)[^1].Value);
    }

    [Fact]
    public void A_tombstone_goes_when_its_time_is_over_and_no_earlier()
    {
        var log = _bench.Create("t");
        _bench.Put("gone", "value", log);
        _bench.Put("gone", null, log);
        _bench.Fill(log);
        _bench.CleanAll();
        Assert.Equal([(1L, "gone", null)], StoreBench.Read(log).Where(record => record.Key == "gone"));

        _bench.Clock.Advance(TimeSpan.FromMilliseconds(999));
        _bench.Fill(log);
        _bench.CleanAll();
        Assert.Single(StoreBench.Read(log), record => record.Key == "gone");

        _bench.Clock.Advance(TimeSpan.FromMilliseconds(1));
        _bench.Fill(log);
        _bench.CleanAll();
        Assert.DoesNotContain(StoreBench.Read(log), record => record.Key == "gone");
    }

    [Fact]
    public void Aborted_records_go_at_once_and_their_marker_after_them()
    {
        var log = _bench.Create("t");
        _bench.Put("key", "committed", log);
        Transact(log, "key", "aborted", committed: false);
        Transact(log, "other", "kept", committed: true);
        _bench.Fill(log);
        _bench.CleanAll();
        Assert.DoesNotContain(StoreBench.Read(log), record => record.Value == "aborted");
        Assert.Contains(StoreBench.Read(log), record => record.Value == "committed");
        Assert.Equal(2, StoreBench.Markers(log).Count);

        // As long as a producer may go on, its last batch stays where it was.
        _bench.Store.ExpireProducers(_bench.Now + (24 * 3_600_000));
        _bench.Fill(log);
        _bench.CleanAll();

        // The next time nothing of the aborted one is met, and its marker gets a date. That of the other stays with its record.
        _bench.Fill(log);
        _bench.CleanAll();
        Assert.Equal(2, StoreBench.Markers(log).Count);
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(1001));
        _bench.Fill(log);
        _bench.CleanAll();
        Assert.Single(StoreBench.Markers(log));
        Assert.Contains(StoreBench.Read(log), record => record.Value == "kept");
    }

    /// <summary>
    /// Found by thinking: recovery took an older snapshot of the producers, in which the transaction was open, and its marker was compacted away behind it.
    /// </summary>
    [Fact]
    public void A_power_cut_that_takes_the_newest_snapshots_does_not_open_a_transaction_again_whose_marker_was_compacted_away()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var bench = new StoreBench(StoreBench.Compacted with { SegmentBytes = 2200 }, seed);
            var log = bench.Create();
            bench.Append(bench.Batch(7, 0, true, ("key", "value")));
            Fill(bench);
            log.SyncToDisk();
            SyncSnapshots(bench);
            Assert.Equal(0, log.FirstUnstableOffset);

            var marker = bench.End(7, committed: false);
            bench.Store.ExpireProducers(long.MaxValue);
            for (var round = 0; round < 4; round++)
            {
                Fill(bench);
                bench.CleanAll();
                bench.Clock.Advance(TimeSpan.FromMilliseconds(1001));
            }

            Assert.DoesNotContain(marker, StoreBench.Markers(log));
            log.SyncToDisk();
            bench.Crash(power: true);
            bench.Open();
            Assert.True(bench.Log.FirstUnstableOffset is null, $"seed {seed}: the transaction at {bench.Log.FirstUnstableOffset} is open again");
        }

        // No key twice: segments that became small would be merged, and the snapshots between them go.
        static void Fill(StoreBench bench)
        {
            for (var index = 0; index < 30; index++)
                bench.Put($"{bench.Log.LogEndOffset}", "value");
        }

        static void SyncSnapshots(StoreBench bench)
        {
            foreach (var snapshot in bench.Platter.ListFiles(bench.Log.Folder).Where(name => name.EndsWith(".snapshot", StringComparison.Ordinal)))
            {
                using var file = bench.Platter.Open($"{bench.Log.Folder}/{snapshot}", FileOpening.Existing);
                file.Sync();
            }

            bench.Platter.SyncDirectory(bench.Log.Folder);
        }
    }

    [Fact]
    public void A_damaged_log_is_left_alone_and_the_others_are_cleaned()
    {
        var damaged = _bench.Create("damaged");
        var sound = _bench.Create("sound");
        _bench.Fill(damaged);
        _bench.Fill(sound);
        damaged.SyncToDisk();
        _bench.Platter.FlipBit($"{damaged.Folder}/{SegmentFileName.For(0, SegmentFileName.Log)}", 100);
        _bench.CleanAll();
        _bench.CleanAll();
        Assert.True(sound.CleanedTo > 0);
        Assert.Equal(0, damaged.CleanedTo);
        Assert.False(damaged.IsOffline);
        Assert.Equal(1, _bench.Store.UncleanableLogs);
        Assert.DoesNotContain(_bench.Platter.ListFiles(damaged.Folder), name => name.EndsWith(".cleaned", StringComparison.Ordinal));

        _bench.Clock.Advance(TimeSpan.FromMinutes(11));
        _bench.Platter.FlipBit($"{damaged.Folder}/{SegmentFileName.For(0, SegmentFileName.Log)}", 100);
        _bench.CleanAll();
        Assert.True(damaged.CleanedTo > 0);
        Assert.Equal(0, _bench.Store.UncleanableLogs);
    }

    [Fact]
    public void A_log_is_cleaned_when_it_is_dirty_enough_or_its_records_are_old_enough()
    {
        var log = _bench.Create("t", Compacted with { MinCompactionLagMs = 500, MaxCompactionLagMs = 5000 });
        _bench.Fill(log);
        Assert.False(_bench.Clean());
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(501));
        Assert.True(_bench.Clean());
        Assert.False(_bench.Clean());

        var cleanedTo = log.CleanedTo;
        log.Configure(log.Options with { MinCleanableDirtyRatio = 1 });
        _bench.Fill(log);
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(4000));
        Assert.False(_bench.Clean());
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(1001));
        Assert.True(_bench.Clean());
        Assert.True(log.CleanedTo > cleanedTo);

        // The last records come to rest in the active segment. It too is ended by its age.
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(5001));
        _bench.CleanAll();
        Assert.Equal(log.LogEndOffset, log.CleanedTo);
    }

    [Fact]
    public void Nothing_is_cleaned_that_is_not_committed()
    {
        var log = _bench.Create("t");
        _bench.Fill(log, commits: false);
        Assert.False(_bench.Clean());
        log.RaiseHighWatermark(log.LogEndOffset);
        var open = _bench.Append(_bench.Batch(7, 0, true, ("key", "open")));
        _bench.Fill(log);
        _bench.CleanAll();
        Assert.Equal(open, log.CleanedTo);
    }

    [Fact]
    public void More_keys_than_there_is_memory_for_are_cleaned_in_several_passes()
    {
        _bench.Settings = _bench.Settings with { CleanerMapBytes = 1 };
        _bench.Open();
        var log = _bench.Create("t", Compacted with { MinCleanableDirtyRatio = 0 });
        for (var index = 0; index < 1000; index++)
            _bench.Put($"key-{index % 250}", $"value-{index}", log);

        _bench.CleanAll();
        var found = StoreBench.Read(log);
        Assert.True(log.CleanedTo > 900);
        Assert.Equal(250, found.Select(record => record.Key).Distinct().Count());
        Assert.True(found.Count < 400, $"{found.Count} records are left");
    }

    [Fact]
    public void Cleaning_and_deleting_go_together()
    {
        var log = _bench.Create("t", Compacted with { CleanupPolicy = CleanupPolicy.Compact | CleanupPolicy.Delete, RetentionMs = 10_000 });
        _bench.Fill(log);
        _bench.CleanAll();
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(10_001));
        _bench.Store.RunRetention(_bench.Now);
        Assert.Equal(log.LogEndOffset, log.LogStartOffset);
        _bench.Put("key", "value", log);
        Assert.Equal(["value"], StoreBench.Read(log).Select(record => record.Value));
    }

    [Fact]
    public void The_hash_is_SipHash_with_128_bits()
    {
        var hash = new KeyHash(0x0706050403020100, 0x0f0e0d0c0b0a0908);
        Assert.Equal((0xe6a825ba047f81a3UL, 0x930255c71472f66dUL), hash.Of([]));
        Assert.Equal((0x44af996bd8c187daUL, 0x45fc229b11597634UL), hash.Of([0]));
    }

    private void Transact(PartitionLog log, string key, string value, bool committed)
    {
        var producer = log.LogEndOffset + 100;
        _bench.Append(_bench.Batch(producer, 0, true, (key, value)), log: log);
        _bench.End(producer, committed, log);
    }
}
