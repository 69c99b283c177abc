using FlowLog.Broker.Log;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;
using FlowLog.Testing.Simulation.Disk;

namespace FlowLog.Broker.Tests.Log;

public sealed class PartitionLogTests
{
    private static readonly LogOptions SmallSegments = LogOptions.Default with { SegmentBytes = 1000, IndexIntervalBytes = 100 };

    [Fact]
    public void Appended_records_get_consecutive_offsets_and_are_read_back_in_order()
    {
        var bench = new LogBench(options: SmallSegments);
        for (var index = 0; index < 100; index++)
        {
            var outcome = bench.Produce($"a{index}", $"b{index}");
            Assert.True(outcome.IsSuccess, outcome.Message);
            Assert.Equal((2 * index, (2 * index) + 1), (outcome.FirstOffset, outcome.LastOffset));
        }

        Assert.True(bench.Log.SegmentCount > 5);
        var read = bench.ReadAll();
        Assert.Equal(Enumerable.Range(0, 200).Select(x => (long)x), read.Select(x => x.Offset));
        Assert.Equal("b99", read[^1].Value);
        for (var from = 0; from <= 200; from++)
            Assert.Equal(200 - from, bench.ReadAll(from).Count);
    }

    [Fact]
    public void A_read_stops_at_its_bound_and_outside_of_the_log_is_out_of_range()
    {
        var bench = new LogBench(options: SmallSegments);
        for (var index = 0; index < 50; index++)
            bench.Produce($"v{index}");

        for (var bound = 0; bound <= 50; bound++)
            Assert.Equal(bound, bench.ReadAll(0, bound, maxBytes: 200).Count);

        Assert.Equal(ErrorCode.OffsetOutOfRange, bench.Log.Read(51, 100, long.MaxValue, true).Error);
        Assert.Equal(ErrorCode.OffsetOutOfRange, bench.Log.Read(-1, 100, long.MaxValue, true).Error);
        Assert.Null(bench.Log.Read(50, 100, long.MaxValue, true).Region);
    }

    [Fact]
    public void A_read_ends_with_a_whole_batch_and_counts_all_that_its_limit_allowed()
    {
        var bench = new LogBench();
        var ends = new List<int>();
        for (var index = 0; index < 60; index++)
        {
            bench.Produce(new string('x', index * 37 % 1000));
            ends.Add(bench.Log.Read(0, int.MaxValue, long.MaxValue, true).Region!.Length);
        }

        for (var limit = ends[0]; limit < ends[^1] + 200; limit += 13)
        {
            var region = bench.Log.Read(0, limit, long.MaxValue, atLeastOneBatch: true).Region!;
            Assert.Equal((ends.Last(end => end <= limit), Math.Min(limit, ends[^1])), (region.Length, region.Counted));
        }
    }

    [Fact]
    public void A_first_batch_above_the_limit_is_read_whole_or_not_at_all()
    {
        var bench = new LogBench();
        bench.Produce(new string('x', 5000));
        Assert.Null(bench.Log.Read(0, 100, long.MaxValue, atLeastOneBatch: false).Region);
        var region = bench.Log.Read(0, 100, long.MaxValue, atLeastOneBatch: true).Region!;
        Assert.True(region.Length > 5000);
        Assert.Equal(region.Length, region.FirstBatchLength);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Everything_is_there_after_a_restart(bool clean)
    {
        var bench = new LogBench(options: SmallSegments);
        for (var index = 0; index < 60; index++)
            bench.Produce($"v{index}");

        if (clean)
            bench.Log.Close();
        else
            bench.Disk.KillProcess();

        bench.Reopen(clean, recoveryPoint: clean ? 60 : 0);
        Assert.Equal(60, bench.Log.LogEndOffset);
        Assert.Equal(60, bench.ReadAll().Count);
        Assert.Equal(60, bench.Produce("next").FirstOffset);
        Assert.Equal("next", bench.ReadAll(60).Single().Value);
    }

    [Fact]
    public void A_torn_tail_is_cut_off()
    {
        var bench = new LogBench();
        bench.Produce("one");
        bench.Produce("two");
        bench.Disk.KillProcess();
        using (var file = bench.Disk.Open($"{LogBench.Folder}/00000000000000000000.log", FileOpening.Existing))
            file.Write(file.Length, bench.Batch("torn").AsSpan(0, 50));

        bench.Reopen();
        Assert.Equal(2, bench.Log.LogEndOffset);
        Assert.Equal(["one", "two"], bench.ReadAll().Select(x => x.Value));
        Assert.Equal(2, bench.Produce("three").FirstOffset);
    }

    [Fact]
    public void A_flipped_bit_behind_the_recovery_point_ends_the_log_there()
    {
        var bench = new LogBench(options: SmallSegments);
        for (var index = 0; index < 40; index++)
            bench.Produce($"value-{index}");
        bench.Disk.KillProcess();
        var second = bench.Disk.ListFiles(LogBench.Folder).Where(name => name.EndsWith(".log", StringComparison.Ordinal)).ElementAt(1);
        bench.Disk.FlipBit($"{LogBench.Folder}/{second}", 150);

        bench.Reopen();
        var end = bench.Log.LogEndOffset;
        Assert.InRange(end, 1, 39);
        Assert.Equal(2, bench.Log.SegmentCount);
        Assert.Equal(Enumerable.Range(0, (int)end).Select(x => $"value-{x}"), bench.ReadAll().Select(x => x.Value));
    }

    [Theory]
    [InlineData(DiskException.Full, false)]
    [InlineData(DiskException.InputOutput, true)]
    public void A_failed_append_changes_nothing(int errno, bool goesOffline)
    {
        var bench = new LogBench();
        bench.Produce("one");
        var length = bench.Log.SizeInBytes;
        bench.Disk.FailNext(DiskOperation.Write, errno, ".log");

        var refused = bench.Produce("two");
        Assert.Equal(ErrorCode.KafkaStorageError, refused.Error);
        Assert.Equal(1, bench.Log.LogEndOffset);
        Assert.Equal(goesOffline, bench.Directory.IsOffline);
        using (var file = bench.Disk.Open($"{LogBench.Folder}/00000000000000000000.log", FileOpening.ReadOnly))
            Assert.Equal(length, file.Length);

        if (!goesOffline)
            Assert.Equal(1, bench.Produce("three").FirstOffset);
    }

    [Fact]
    public void A_failed_sync_takes_the_directory_offline_and_nothing_is_durable_any_more()
    {
        var bench = new LogBench();
        bench.Produce("one");
        Assert.Equal(1, bench.Log.SyncToDisk());
        bench.Produce("two");
        bench.Disk.FailNext(DiskOperation.Sync);

        Assert.Equal(1, bench.Log.SyncToDisk());
        Assert.True(bench.Directory.IsOffline);
        Assert.Equal(1, bench.Log.SyncToDisk());
        Assert.Equal(ErrorCode.KafkaStorageError, bench.Produce("three").Error);
        Assert.Equal(ErrorCode.KafkaStorageError, bench.Log.Read(0, 100, 2, true).Error);
    }

    [Fact]
    public void Look_ups_by_time_find_the_first_record_not_the_first_batch()
    {
        var bench = new LogBench(options: SmallSegments);
        using var builder = new RecordBatchBuilder();
        for (var batch = 0; batch < 30; batch++)
        {
            builder.Start(new BatchSettings { Codec = batch % 2 == 0 ? Protocol.Compression.Codec.Zstd : Protocol.Compression.Codec.None });
            for (var record = 0; record < 3; record++)
                builder.Append(1000 + (batch * 30) + (record * 10), default, "v"u8);
            Assert.True(bench.Log.Append(builder.Finish(), 0, AppendOrigin.Client, LogBench.Now).IsSuccess);
        }

        for (var timestamp = 990; timestamp <= 1890; timestamp++)
        {
            var expected = Math.Max(0, (timestamp - 1000 + 9) / 10);
            var found = bench.Log.FindTimestamp(timestamp, long.MaxValue);
            Assert.Equal(expected < 90 ? (expected, 1000 + (expected * 10)) : (-1L, -1L), (found.Offset, found.Timestamp));
        }

        Assert.Equal(89, bench.Log.FindMaxTimestamp(90).Offset);
        Assert.Equal(41, bench.Log.FindMaxTimestamp(42).Offset);
        Assert.Equal(-1, bench.Log.FindTimestamp(1890, 88).Offset);
    }

    [Fact]
    public void Retention_by_time_takes_old_segments_and_the_active_one_too()
    {
        var bench = new LogBench(options: SmallSegments with { RetentionMs = 1000 });
        for (var index = 0; index < 30; index++)
            bench.Produce($"value-{index}");
        bench.Log.RaiseHighWatermark(30);

        Assert.Equal(0, bench.Log.DeleteOldSegments(LogBench.Now + 1000, 30));
        Assert.True(bench.Log.DeleteOldSegments(LogBench.Now + 1001, 30) > 1);
        Assert.Equal((30, 30, 1), (bench.Log.LogStartOffset, bench.Log.LogEndOffset, bench.Log.SegmentCount));
        Assert.Equal(30, bench.Produce("next").FirstOffset);
        bench.Environment.Deletions.RunDue(LogBench.Now + 200_000);
        Assert.DoesNotContain(bench.Disk.ListFiles(LogBench.Folder), name => name.EndsWith(".deleted", StringComparison.Ordinal));
    }

    [Fact]
    public void Retention_by_size_keeps_at_least_that_much_and_nothing_above_the_high_watermark_goes()
    {
        var bench = new LogBench(options: SmallSegments with { RetentionBytes = 2500 });
        for (var index = 0; index < 100; index++)
            bench.Produce($"value-{index}");

        Assert.Equal(0, bench.Log.DeleteOldSegments(LogBench.Now, highWatermark: 0));
        Assert.True(bench.Log.DeleteOldSegments(LogBench.Now, highWatermark: 100) > 1);
        Assert.InRange(bench.Log.SizeInBytes, 2500, 3600);
        Assert.Equal(100 - bench.Log.LogStartOffset, bench.ReadAll(bench.Log.LogStartOffset).Count);
    }

    [Fact]
    public void Deleted_records_stay_deleted_after_a_restart()
    {
        var bench = new LogBench(options: SmallSegments);
        for (var index = 0; index < 50; index++)
            bench.Produce($"value-{index}");

        Assert.True(bench.Log.IncreaseLogStart(33));
        Assert.False(bench.Log.IncreaseLogStart(20));
        Assert.Equal(ErrorCode.OffsetOutOfRange, bench.Log.Read(32, 100, 50, true).Error);
        Assert.True(bench.Log.DeleteOldSegments(LogBench.Now, 50) > 0);
        bench.Log.Close();
        bench.Reopen(wasStoppedCleanly: true, recoveryPoint: 50, logStart: 33);
        Assert.Equal((33, 50), (bench.Log.LogStartOffset, bench.Log.LogEndOffset));
        Assert.Equal(17, bench.ReadAll(33).Count);
    }

    [Fact]
    public void A_truncated_log_equals_one_that_never_had_more()
    {
        for (var target = 0; target <= 41; target++)
        {
            var bench = new LogBench(options: SmallSegments);
            for (var index = 0; index < 40; index += 2)
            {
                bench.Log.BeginEpoch(index / 10);
                bench.Log.Append(bench.Batch(7, 0, index, false, $"v{index}", $"v{index + 1}"), index / 10, AppendOrigin.Client, LogBench.Now);
            }

            bench.Log.TruncateTo(target);
            var end = Math.Min(40, target / 2 * 2);
            Assert.Equal(end, bench.Log.LogEndOffset);
            Assert.Equal(end, bench.ReadAll().Count);
            Assert.Equal(end == 0 ? -1 : (end - 1) / 10, bench.Log.LatestEpoch);
            Assert.Equal(end == 0 ? [] : [end - 1], bench.Log.Producers().Select(producer => producer.LastSequence));
            var next = bench.Log.Append(bench.Batch(7, 0, end, false, "next"), 9, AppendOrigin.Client, LogBench.Now);
            Assert.Equal((ErrorCode.None, (long)end), (next.Error, next.FirstOffset));
            bench.Disk.KillProcess();
            bench.Reopen();
            Assert.Equal(end + 1, bench.Log.LogEndOffset);
            Assert.Equal(9, bench.Log.LatestEpoch);
        }
    }

    [Fact]
    public void Records_without_timestamps_roll_and_age_by_the_clock()
    {
        var bench = new LogBench(options: SmallSegments with { RetentionMs = 1000 });
        bench.Log.Append(bench.Batch(new BatchSettings(), -1, "v"), 0, AppendOrigin.Client, LogBench.Now);
        Assert.Equal(0, bench.Log.DeleteOldSegments(LogBench.Now + 1000, 1));
        Assert.Equal(1, bench.Log.DeleteOldSegments(LogBench.Now + 1001, 1));
    }

    [Fact]
    public void A_segment_is_ended_when_its_time_is_up()
    {
        var bench = new LogBench(options: LogOptions.Default with { SegmentMs = 1000 });
        bench.Log.Append(bench.Batch(new BatchSettings(), LogBench.Now - 1001, "old"), 0, AppendOrigin.Client, LogBench.Now);
        bench.Log.Append(bench.Batch(new BatchSettings(), LogBench.Now - 1, "fits"), 0, AppendOrigin.Client, LogBench.Now);
        Assert.Equal(1, bench.Log.SegmentCount);
        bench.Produce("later");
        Assert.Equal(2, bench.Log.SegmentCount);
    }

    [Fact]
    public void A_follower_keeps_the_leaders_offsets_and_epochs_and_refuses_what_a_later_leader_wrote()
    {
        var bench = new LogBench();
        var first = bench.Batch("a");
        var second = bench.Batch("b");
        RecordBatch.PatchBaseOffset(first, 10);
        RecordBatch.PatchLeaderEpoch(first, 4);
        RecordBatch.PatchBaseOffset(second, 15);
        RecordBatch.PatchLeaderEpoch(second, 6);

        var outcome = bench.Log.Append((byte[])[.. first, .. second], leaderEpoch: 5, AppendOrigin.Replication, LogBench.Now);
        Assert.Equal((ErrorCode.None, 10, 10), (outcome.Error, outcome.FirstOffset, outcome.LastOffset));
        Assert.Equal((11, 4), (bench.Log.LogEndOffset, bench.Log.LatestEpoch));
        Assert.Equal(ErrorCode.OffsetOutOfRange, bench.Log.Append(first, 5, AppendOrigin.Replication, LogBench.Now).Error);
        first[^1] ^= 1;
        Assert.Equal(ErrorCode.CorruptMessage, bench.Log.Append(first, 5, AppendOrigin.Replication, LogBench.Now).Error);
    }

    [Fact]
    public void Appending_and_reading_at_the_tail_allocate_next_to_nothing()
    {
        var bench = new LogBench();
        var batch = bench.Batch(Enumerable.Repeat("some value", 100).ToArray());
        void Run()
        {
            RecordBatch.PatchBaseOffset(batch, 0);
            Assert.True(bench.Log.Append(batch, 0, AppendOrigin.Client, LogBench.Now).IsSuccess);
            Assert.NotNull(bench.Log.Read(bench.Log.LogEndOffset - 1, 1000, long.MaxValue, true).Region);
        }

        for (var index = 0; index < 50; index++)
            Run();

        bench.Disk.Open($"{LogBench.Root}/other", FileOpening.New).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        bench.Log.Read(bench.Log.LogEndOffset - 1, 1000, long.MaxValue, true);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100);
    }
}
