using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Segments;
using FlowLog.Broker.Log.Storage;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Runtime;
using FlowLog.Testing.Simulation;
using FlowLog.Testing.Simulation.Disk;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests.Log;

/// <summary>What happens to a log in the middle of its sync: after it was said what is to be synced, and before that is said to be durable.</summary>
public sealed class LogDurabilityTests
{
    private const string Root = "/logs";

    private static readonly TopicPartition Partition = new("t", 0);

    private static readonly LogOptions SmallSegments = LogOptions.Default with
    {
        SegmentBytes = 500,
        IndexIntervalBytes = 100,
        RetentionMs = -1,
        RetentionBytes = 700,
        FileDeleteDelayMs = 0,
    };

    private SimulatedDisk _platter = null!;
    private HookedDisk _disk = null!;
    private LogStore _store = null!;

    private PartitionLog Log => _store.TryGet(Partition, out var log) ? log : throw new InvalidOperationException("The log is gone.");

    [Fact]
    public void A_topic_that_is_deleted_during_its_sync_does_the_directory_no_harm()
    {
        Start(seed: 1);
        Append(count: 30);
        var log = Log;
        _disk.Before(DiskOperation.Sync, ".log", () => Assert.True(_store.Delete(Partition)));

        Assert.Equal(0, log.SyncToDisk());
        Assert.False(log.IsOffline);
        Assert.False(_disk.DirectoryExists(log.Folder));
    }

    [Theory]
    [InlineData(DiskOperation.Sync, ".log")]
    [InlineData(DiskOperation.Sync, ".index")]
    [InlineData(DiskOperation.SyncDirectory, Root + "/t-0")]
    public void A_topic_that_is_made_again_during_the_sync_of_the_old_one_gets_nothing_of_it(DiskOperation operation, string path)
    {
        Start(seed: 1);
        Append(count: 30);
        var log = Log;
        IReadOnlyList<string> made = [];
        _disk.Before(operation, path, () =>
        {
            _store.Delete(Partition);
            _store.Create(Partition, TopicId.Zero, SmallSegments);
            made = _disk.ListFiles(log.Folder);
        });

        log.SyncToDisk();
        Assert.NotEmpty(made);
        Assert.Equal(made, _disk.ListFiles(log.Folder));
        Assert.False(log.IsOffline);
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
            _disk.Before(DiskOperation.Sync, ".log", () => Log.TruncateTo(17), skip: syncs);
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
            _disk.Before(DiskOperation.Sync, ".log", RemoveOld, skip: syncs);
            Assert.Equal(30, Log.SyncToDisk());
            var start = Log.LogStartOffset;
            Assert.InRange(start, 10, 25);
            CheckAfterPowerCut(start, 30);
        }

        void RemoveOld()
        {
            Assert.True(_store.RunRetention(LogBench.Now) > 2);
            _store.RunDeletions(long.MaxValue);
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
            _disk.Before(DiskOperation.Sync, ".log", ReplaceAll);
            Assert.Equal(30, Log.SyncToDisk());
            CheckAfterPowerCut(0, 30);
        }

        void ReplaceAll()
        {
            foreach (var original in Log.Segments.All[..^1].ToArray())
            {
                var bytes = new byte[original.Size];
                original.OpenedFile().Read(0, bytes);
                var copy = Segment.Create(_disk, Log.Folder, original.BaseOffset, LogBench.Now, SegmentFileName.Cleaned);
                copy.Append(bytes, SmallSegments.IndexIntervalBytes);
                copy.Seal();
                copy.SyncBatches();
                copy.SyncIndexes();
                Assert.True(Log.TryReplace([original], copy, LogBench.Now));
            }

            _store.RunDeletions(long.MaxValue);
        }
    }

    /// <summary>Found by thinking: two partitions that were just made share the sync of their directory's names.</summary>
    [Fact]
    public void Who_finds_names_being_synced_does_not_go_on_before_they_are()
    {
        var platter = new SimulatedDisk(1);
        platter.CreateDirectory(Root);
        var disk = new HookedDisk(platter);
        var directory = new LogDirectory(disk, Root, Guid.Empty, minFreeBytes: 0, NullLogger.Instance);
        disk.Before(DiskOperation.SyncDirectory, Root, () =>
        {
            var isSynced = false;
            disk.Before(DiskOperation.SyncDirectory, Root, () => isSynced = true);
            directory.SyncNames();
            Assert.True(isSynced);
        });
        directory.NamesChanged();
        directory.SyncNames();
    }

    private void Start(int seed)
    {
        _platter = new SimulatedDisk(seed);
        _platter.CreateDirectory(Root);
        _platter.SyncDirectory("/");
        _disk = new HookedDisk(_platter);
        Open();
        _store.Create(Partition, TopicId.Zero, SmallSegments);
    }

    private void Open() => _store = LogStore.Open(
        new LogStoreOptions { Directories = [new LogDirectoryPath(Root, Guid.Empty)], OptionsOf = _ => SmallSegments, RecoveryThreads = 1, MinFreeBytes = 0 },
        _disk,
        new ManualTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(LogBench.Now)),
        World.Real().Random,
        NullLogger.Instance);

    /// <summary>A batch an offset; from the tenth on of another epoch, and another again from the twentieth on.</summary>
    private void Append(int count)
    {
        for (var index = (int)Log.LogEndOffset; index < count; index++)
        {
            using var builder = new RecordBatchBuilder();
            builder.Start(new BatchSettings());
            builder.Append(LogBench.Now + index, "key"u8, "some value"u8);
            Assert.True(Log.Append(builder.Finish().ToArray(), EpochAt(index), AppendOrigin.Client, LogBench.Now).IsSuccess);
        }
    }

    private static int EpochAt(long offset) => (int)(offset / 10);

    private void CheckAfterPowerCut(long start, long end)
    {
        Assert.False(Log.IsOffline);
        _store.Checkpoint();
        _platter.CutPower();
        Open();
        Assert.Equal((start, end), (Log.LogStartOffset, Log.LogEndOffset));
        for (var offset = start; offset < end; offset++)
        {
            Assert.Equal(EpochAt(offset), Log.EpochOf(offset));
            Assert.Equal(offset, Log.FindTimestamp(LogBench.Now + offset, end).Offset);
        }

        var batches = _disk.ListFiles(Log.Folder).Where(name => name.EndsWith(".log", StringComparison.Ordinal)).Select(name => name[..20]).ToHashSet();
        Assert.All(_disk.ListFiles(Log.Folder).Where(name => name.Contains("index", StringComparison.Ordinal)), name => Assert.Contains(name[..20], batches));
    }
}
