using FlowLog.Broker.Log;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;
using FlowLog.Testing.Simulation.Disk;

namespace FlowLog.Broker.Tests.Log;

/// <summary>What a start after a crash believes, and what it does not.</summary>
public sealed class RecoveryTests
{
    private static readonly LogOptions SmallSegments = LogOptions.Default with { SegmentBytes = 1000, IndexIntervalBytes = 100, FileDeleteDelayMs = 0 };

    /// <summary>A segment that is ended after the last sync ends at the recovery point, and that sync knew nothing of its indexes.</summary>
    [Fact]
    public void The_indexes_of_a_segment_that_ends_right_at_the_recovery_point_are_not_believed()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var bench = new LogBench(seed, SmallSegments);
            bench.Disk.SyncDirectory("/");
            var end = 0L;
            while (bench.Log.SegmentCount == 1)
            {
                end = bench.Log.SyncToDisk();
                Append(bench);
            }

            bench.Disk.CutPower();
            bench.Reopen(recoveryPoint: end);
            Assert.InRange(bench.Log.LogEndOffset, end, end + 1);
            Append(bench);
            for (var offset = 0L; offset < end; offset++)
                Assert.Equal(offset, bench.Log.FindTimestamp(LogBench.Now + offset, end).Offset);

            Assert.Equal(0, bench.Log.DeleteOldSegments(LogBench.Now + SmallSegments.RetentionMs, end));
        }
    }

    /// <summary>An append that began a segment failed: the one before it ends where the log and the recovery point do, and nothing is in doubt.</summary>
    [Fact]
    public void Indexes_that_were_built_anew_are_on_the_device_before_they_are_relied_on()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var bench = new LogBench(seed, SmallSegments);
            bench.Disk.SyncDirectory("/");
            Append(bench);
            var first = 0L;
            while (bench.Log.SegmentCount == 1)
            {
                first = bench.Log.SyncToDisk();
                bench.Disk.FailNext(DiskOperation.Write, DiskException.Full, $"{first:D20}.log");
                Append(bench, mayFail: true);
                bench.Disk.HealErrors();
            }

            bench.Disk.KillProcess();
            bench.Reopen(recoveryPoint: first);
            Assert.Equal(first, bench.Log.LogEndOffset);
            Append(bench);
            var second = bench.Log.SyncToDisk();
            bench.Disk.CutPower();
            bench.Reopen(recoveryPoint: second);
            for (var offset = 0L; offset < second; offset++)
                Assert.Equal(offset, bench.Log.FindTimestamp(LogBench.Now + offset, second).Offset);
        }
    }

    /// <summary>A truncation that was interrupted leaves them: the batches go first.</summary>
    [Fact]
    public void An_index_of_aborted_transactions_without_its_batches_does_not_become_that_of_a_later_segment()
    {
        var bench = new LogBench(options: SmallSegments);
        while (bench.Log.SegmentCount == 1)
            Append(bench);

        var next = bench.Log.Segments.Active.BaseOffset;
        bench.Log.Append(bench.Batch(7, 0, 0, transactional: true, "aborted"), 0, AppendOrigin.Client, LogBench.Now);
        bench.Log.Append(new EndTransactionMarker(Committed: false, 0).ToBatch(7, 0, LogBench.Now, 0), 0, AppendOrigin.Coordinator, LogBench.Now);
        bench.Log.Close();
        bench.Disk.DeleteFile($"{LogBench.Folder}/{next:D20}.log");

        bench.Reopen();
        Assert.Equal(next, bench.Log.LogEndOffset);
        while (bench.Log.SegmentCount == 1)
            Append(bench);

        Append(bench);
        bench.Log.Close();
        bench.Reopen(wasStoppedCleanly: true, recoveryPoint: bench.Log.LogEndOffset);
        Assert.Equal(next, bench.Log.Segments.Active.BaseOffset);
        Assert.Empty(bench.Log.AbortedTransactions(0, long.MaxValue));
    }

    [Fact]
    public void Nothing_is_appended_behind_the_last_sync_of_a_log_that_is_closed()
    {
        var bench = new LogBench();
        Append(bench);
        var disk = new HookedDisk(bench.Disk);
        var log = PartitionLog.Open(
            bench.Environment with { Disk = disk }, LogBench.Partition, TopicId.Zero, LogBench.Folder, SmallSegments, new LogOpening(false, 0, 0, 0), LogBench.Now);
        log.Append(bench.Batch("before"), 0, AppendOrigin.Client, LogBench.Now);
        var late = default(AppendOutcome);
        disk.Before(DiskOperation.Sync, ".log", () => late = log.Append(bench.Batch("late"), 0, AppendOrigin.Client, LogBench.Now));

        log.Close();
        Assert.False(late.IsSuccess);
        Assert.Equal(log.LogEndOffset, log.DurableEndOffset);
    }

    [Fact]
    public void A_start_after_a_crash_reads_everything_once()
    {
        var bench = new LogBench();
        for (var index = 0; index < 300; index++)
            bench.Log.Append(bench.Batch(7, 0, index, transactional: false, new string('x', 20_000)), 0, AppendOrigin.Client, LogBench.Now);

        bench.Disk.KillProcess();
        var disk = new HookedDisk(bench.Disk);
        var log = PartitionLog.Open(
            bench.Environment with { Disk = disk }, LogBench.Partition, TopicId.Zero, LogBench.Folder, SmallSegments, new LogOpening(false, 0, 0, 0), LogBench.Now);
        Assert.Equal((300, 299), (log.LogEndOffset, log.Producers().Single().LastSequence));
        Assert.InRange(disk.BytesRead, log.SizeInBytes, log.SizeInBytes * 11 / 10);
    }

    private static void Append(LogBench bench, bool mayFail = false)
    {
        var time = LogBench.Now + bench.Log.LogEndOffset;
        Assert.True(bench.Log.Append(bench.Batch(new BatchSettings(), time, "some value"), 0, AppendOrigin.Client, time).IsSuccess || mayFail);
    }
}
