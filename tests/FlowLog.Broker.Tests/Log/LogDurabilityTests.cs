using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Segments;
using FlowLog.Broker.Log.Storage;
using FlowLog.Runtime.Disk;
using FlowLog.Testing.Simulation.Disk;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests.Log;

/// <summary>What happens to a log in the middle of its sync: after it was said what is to be synced, and before that is said to be durable.</summary>
public sealed class LogDurabilityTests
{
    private static readonly LogOptions SmallSegments = LogOptions.Default with
    {
        SegmentBytes = 500,
        IndexIntervalBytes = 100,
        RetentionMs = -1,
        RetentionBytes = 700,
        FileDeleteDelayMs = 0,
    };

    private StoreBench _bench = null!;

    private PartitionLog Log => _bench.Log;

    [Fact]
    public void A_topic_that_is_deleted_during_its_sync_does_the_directory_no_harm()
    {
        Start(seed: 1);
        Append(count: 30);
        var log = Log;
        _bench.Disk.Before(DiskOperation.Sync, ".log", () => Assert.True(_bench.Store.Delete(StoreBench.Partition)));

        Assert.Equal(0, log.SyncToDisk());
        Assert.False(log.IsOffline);
        Assert.False(_bench.Disk.DirectoryExists(log.Folder));
    }

    [Theory]
    [InlineData(DiskOperation.Sync, ".log")]
    [InlineData(DiskOperation.Sync, ".index")]
    [InlineData(DiskOperation.SyncDirectory, StoreBench.Root + "/t-0")]
    public void A_topic_that_is_made_again_during_the_sync_of_the_old_one_gets_nothing_of_it(DiskOperation operation, string path)
    {
        Start(seed: 1);
        Append(count: 30);
        var log = Log;
        IReadOnlyList<string> made = [];
        _bench.Disk.Before(operation, path, () =>
        {
            _bench.Store.Delete(StoreBench.Partition);
            _bench.Create();
            made = _bench.Disk.ListFiles(log.Folder);
        });

        log.SyncToDisk();
        Assert.NotEmpty(made);
        Assert.Equal(made, _bench.Disk.ListFiles(log.Folder));
        Assert.False(log.IsOffline);
    }

    /// <summary>What is derived from the batches is put off while there is no room for it: what was acknowledged is on the device all the same.</summary>
    [Theory]
    [InlineData("leader-epoch-checkpoint", DiskOperation.Write)]
    [InlineData("leader-epoch-checkpoint", DiskOperation.Sync)]
    [InlineData(".index", DiskOperation.Sync)]
    [InlineData(".timeindex", DiskOperation.Sync)]
    public void A_device_that_has_no_room_for_epochs_and_indexes_keeps_what_is_synced(string path, DiskOperation operation)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            Start(seed);
            Append(count: 8);
            _bench.Store.Checkpoint();
            Append(count: 30);
            _bench.Platter.FailNext(operation, DiskException.Full, path, times: int.MaxValue);
            Assert.Equal(30, Log.SyncToDisk());
            Assert.Equal((30, 8), (Log.DurableEndOffset, Log.RecoveryPoint));
            if (seed % 2 == 0)
                _bench.Store.Checkpoint();

            _bench.Platter.HealErrors();
            if (seed % 4 < 2)
            {
                Assert.Equal(30, Log.SyncToDisk());
                Assert.Equal(30, Log.RecoveryPoint);
            }

            CheckAfterPowerCut(0, 30, checkpoints: seed % 3 == 0);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void A_log_that_is_cut_during_its_sync_loses_nothing_of_what_stays(int syncs)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            Start(seed);
            Append(count: 30);
            _bench.Disk.Before(DiskOperation.Sync, ".log", () => Log.TruncateTo(17), skip: syncs);
            Assert.Equal(17, Log.SyncToDisk());
            CheckAfterPowerCut(0, 17);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_log_whose_oldest_segments_go_during_its_sync_loses_nothing_of_what_stays(int syncs)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            Start(seed);
            Append(count: 30);
            Log.RaiseHighWatermark(30);
            _bench.Disk.Before(DiskOperation.Sync, ".log", RemoveOld, skip: syncs);
            Assert.Equal(30, Log.SyncToDisk());
            var start = Log.LogStartOffset;
            Assert.InRange(start, 10, 25);
            CheckAfterPowerCut(start, 30);
        }

        void RemoveOld()
        {
            Assert.True(_bench.Store.RunRetention(LogBench.Now) > 2);
            _bench.Store.RunDeletions(long.MaxValue);
        }
    }

    /// <summary>Found by thinking: what came in the place of damaged records was taken for known to be on the device, and a hole in it for what compaction left.</summary>
    [Fact]
    public void What_is_written_where_a_log_was_cut_below_its_recovery_point_is_checked()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            _bench = new StoreBench(SmallSegments with { SegmentBytes = 1_000_000 }, seed);
            _bench.Create();
            Append(count: 100);
            _bench.Store.Checkpoint();
            _bench.Platter.FlipBit(Log.Segments.Active.Path, position: 8, bit: 6);
            _bench.Crash(power: false);
            _bench.Options = SmallSegments;
            _bench.Open();
            Assert.Equal(0, Log.LogEndOffset);
            Append(count: 100);
            _bench.Crash(power: true);
            _bench.Open();
            var next = 0L;
            StoreBench.Walk(Log, (header, _) => Assert.Equal(next++, header.BaseOffset));
            Assert.Equal(next, Log.LogEndOffset);
        }
    }

    /// <summary>Found by thinking: the epochs were taken for saved although their file was not written.</summary>
    [Fact]
    public void A_log_whose_segments_are_replaced_during_its_sync_loses_nothing()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            Start(seed);
            Append(count: 8);
            Log.SyncToDisk();
            Append(count: 30);
            _bench.Disk.Before(DiskOperation.Sync, ".log", ReplaceAll);
            Assert.Equal(30, Log.SyncToDisk());
            CheckAfterPowerCut(0, 30);
        }

        void ReplaceAll()
        {
            foreach (var original in Log.Segments.All[..^1].ToArray())
            {
                var bytes = new byte[original.Size];
                original.OpenedFile().Read(0, bytes);
                var copy = Segment.Create(_bench.Disk, Log.Folder, original.BaseOffset, LogBench.Now, SegmentFileName.Cleaned);
                copy.Append(bytes, SmallSegments.IndexIntervalBytes);
                copy.Seal();
                copy.SyncBatches();
                copy.SyncIndexes();
                Assert.True(Log.TryReplace([original], copy, LogBench.Now));
            }

            _bench.Store.RunDeletions(long.MaxValue);
        }
    }

    /// <summary>Found by thinking: two partitions that were just made share the sync of their directory's names.</summary>
    [Fact]
    public void Who_finds_names_being_synced_does_not_go_on_before_they_are()
    {
        Start(seed: 1);
        var disk = _bench.Disk;
        var directory = new LogDirectory(disk, StoreBench.Root, Guid.Empty, minFreeBytes: 0, NullLogger.Instance);
        disk.Before(DiskOperation.SyncDirectory, StoreBench.Root, () =>
        {
            var isSynced = false;
            disk.Before(DiskOperation.SyncDirectory, StoreBench.Root, () => isSynced = true);
            directory.SyncNames();
            Assert.True(isSynced);
        });
        directory.NamesChanged();
        directory.SyncNames();
    }

    private void Start(int seed)
    {
        _bench = new StoreBench(SmallSegments, seed);
        _bench.Create();
    }

    /// <summary>A batch an offset; from the tenth on of another epoch, and another again from the twentieth on.</summary>
    private void Append(int count)
    {
        for (var index = (int)Log.LogEndOffset; index < count; index++)
        {
            _bench.Append(_bench.Batch(-1, -1, false, ("key", "some value")), commits: false, epoch: EpochAt(index));
            _bench.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    private static int EpochAt(long offset) => (int)(offset / 10);

    private void CheckAfterPowerCut(long start, long end, bool checkpoints = true)
    {
        Assert.False(Log.IsOffline);
        if (checkpoints)
            _bench.Store.Checkpoint();

        _bench.Crash(power: true);
        _bench.Open();
        Assert.Equal((start, end), (Log.LogStartOffset, Log.LogEndOffset));
        for (var offset = start; offset < end; offset++)
        {
            Assert.Equal(EpochAt(offset), Log.EpochOf(offset));
            Assert.Equal(offset, Log.FindTimestamp(LogBench.Now + offset, end).Offset);
        }

        var batches = _bench.Disk.ListFiles(Log.Folder).Where(name => name.EndsWith(".log", StringComparison.Ordinal)).Select(name => name[..20]).ToHashSet();
        Assert.All(_bench.Disk.ListFiles(Log.Folder).Where(name => name.Contains("index", StringComparison.Ordinal)), name => Assert.Contains(name[..20], batches));
    }
}
