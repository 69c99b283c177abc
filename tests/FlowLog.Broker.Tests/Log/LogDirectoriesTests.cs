using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Storage;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Runtime;
using FlowLog.Runtime.Disk;
using FlowLog.Testing.Simulation;
using FlowLog.Testing.Simulation.Disk;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests.Log;

public sealed class LogDirectoriesTests
{
    private static readonly Guid First = new("00000000-0000-0000-0000-000000000001");
    private static readonly Guid Second = new("00000000-0000-0000-0000-000000000002");

    private readonly SimulatedDisk _disk = new(1);
    private readonly ManualTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(LogBench.Now));

    public LogDirectoriesTests()
    {
        _disk.CreateDirectory("/first");
        _disk.CreateDirectory("/second");
    }

    [Fact]
    public void A_failed_sync_takes_its_directory_offline_and_the_other_goes_on()
    {
        var store = Open();
        var failed = new List<string>();
        store.DirectoryWentOffline += directory => failed.Add(directory.Path);
        var broken = Create(store, "broken", First);
        var sound = Create(store, "sound", Second);
        Assert.Equal(ErrorCode.None, Append(broken));
        var durable = broken.DurableEndOffset;

        _disk.FailNext(DiskOperation.Sync, pathContains: "/first");
        Assert.Equal(durable, broken.SyncToDisk());
        Assert.Equal(["/first"], failed);
        Assert.Equal(ErrorCode.KafkaStorageError, Append(broken));
        Assert.Equal(ErrorCode.KafkaStorageError, broken.Read(0, 1000, long.MaxValue, true).Error);

        Assert.Equal(ErrorCode.None, Append(sound));
        Assert.Equal(1, sound.SyncToDisk());
        Assert.Equal("/second", Create(store, "later", First).Directory.Path);
        store.Checkpoint();
        store.Close(1);
        Assert.False(_disk.FileExists("/first/.kafka_cleanshutdown"));
        Assert.True(_disk.FileExists("/second/.kafka_cleanshutdown"));
    }

    [Fact]
    public void Deleting_a_log_that_waits_for_its_sync_does_the_directory_no_harm()
    {
        var store = Open();
        var log = Create(store, "short-lived", First);
        Assert.True(store.Delete(log.Partition));

        Assert.Equal(0, log.SyncToDisk());
        Assert.False(log.IsOffline);
    }

    [Fact]
    public void A_directory_that_cannot_be_read_at_the_start_does_not_keep_the_other_from_it()
    {
        var store = Open();
        Append(Create(store, "broken", First));
        Append(Create(store, "sound", Second));
        store.Close(1);

        _disk.FailNext(DiskOperation.Open, pathContains: "/first/broken-0", times: 100);
        var reopened = Open();
        Assert.Equal(["/first"], reopened.Directories.Where(directory => directory.IsOffline).Select(directory => directory.Path));
        Assert.True(reopened.TryGet(new TopicPartition("sound", 0), out var sound));
        Assert.Equal(ErrorCode.None, Append(sound));
    }

    [Fact]
    public void A_nearly_full_disk_refuses_writes_and_goes_on_to_be_read()
    {
        _disk.Capacity = 8 * 1024 * 1024;
        var store = Open(minFreeBytes: 4 * 1024 * 1024);
        var log = Create(store, "t", First);
        Assert.Equal(ErrorCode.None, Append(log));
        var refused = Enumerable.Range(0, 2000).Select(_ => Refusal(log)).First(outcome => outcome.Error != ErrorCode.None);
        Assert.Equal(ErrorCode.KafkaStorageError, refused.Error);
        Assert.Contains("nearly full", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(log.Read(0, 1000, long.MaxValue, true).Region);
        Assert.False(log.IsOffline);

        _disk.Capacity = long.MaxValue;
        Assert.Equal(ErrorCode.None, Append(log));
    }

    /// <summary>Somebody else filled the device: what cannot be written is written when there is room again, and until then everything is read.</summary>
    [Fact]
    public void A_full_device_takes_no_directory_offline()
    {
        var store = Open();
        var log = Create(store, "t", First, LogOptions.Default with { RetentionMs = 1, SegmentBytes = 10_000, FileDeleteDelayMs = 0 });
        for (var index = 0; index < 10; index++)
            Append(log);

        log.RaiseHighWatermark(log.SyncToDisk());
        log.IncreaseLogStart(1);
        _disk.FailNext(DiskOperation.Write, DiskException.Full, times: 1000);
        store.Checkpoint();
        store.CheckpointHighWatermarks();
        Assert.Equal([log.Directory], store.CheckpointLogStarts().Where(directory => directory == log.Directory));
        store.RunRetention(LogBench.Now + 1000);
        Assert.False(log.IsOffline);
        Assert.Equal(1, log.SegmentCount);
        Assert.NotNull(log.Read(log.LogStartOffset, 1000, long.MaxValue, true).Region);

        _disk.HealErrors();
        store.Checkpoint();
        store.CheckpointHighWatermarks();
        Assert.Empty(store.CheckpointLogStarts());
        store.RunRetention(LogBench.Now + 1000);
        Assert.Equal((10, 10), (log.LogStartOffset, log.LogEndOffset));
        Assert.Equal(ErrorCode.None, Append(log));
        store.Close(1);
        Assert.True(Open().TryGet(log.Partition, out var reopened));
        Assert.Equal((10, 11), (reopened.LogStartOffset, reopened.LogEndOffset));
    }

    [Fact]
    public void One_directory_may_die_anywhere_and_the_other_never_notices()
    {
        var operations = 100_000 - Live(100_000);
        Assert.InRange(operations, 40, 400);
        for (var at = 0; at < operations; at++)
            Live(at);
    }

    /// <summary>
    /// A life in two directories, of which the first dies after some operations and comes back for the next start. Returns how many operations were left.
    /// </summary>
    private int Live(int operations)
    {
        var platter = new SimulatedDisk(operations);
        foreach (var path in (string[])["/first", "/second"])
        {
            platter.CreateDirectory(path);
            platter.SyncDirectory("/");
        }

        var disk = new HookedDisk(platter);
        var store = Open(disk: disk);
        var options = LogOptions.Default with { SegmentBytes = 9_000, RetentionBytes = 30_000, FileDeleteDelayMs = 0 };
        var dying = Create(store, "dying", First, options);
        var sound = Create(store, "sound", Second, options);
        disk.DieAfter(operations, "/first");
        var durable = 0L;
        for (var round = 0; round < 5; round++)
        {
            foreach (var log in (PartitionLog[])[dying, sound])
            {
                for (var index = 0; index < 3; index++)
                    Assert.True(Append(log) == ErrorCode.None || log == dying);

                log.RaiseHighWatermark(log.LogEndOffset);
                var end = log.SyncToDisk();
                durable = log == dying ? end : durable;
                Assert.Equal(log == dying ? durable : log.LogEndOffset, end);
            }

            if (round == 2)
            {
                dying.IncreaseLogStart(Math.Min(2, dying.LogEndOffset));
                sound.IncreaseLogStart(2);
                store.CheckpointLogStarts();
            }

            store.Checkpoint();
            store.CheckpointHighWatermarks();
            store.RunRetention(LogBench.Now);
            store.RunDeletions(long.MaxValue);
        }

        var start = dying.LogStartOffset;
        var wasClean = store.Close(1);
        var left = disk.DieAfter(int.MaxValue);
        Assert.True(platter.FileExists("/second/.kafka_cleanshutdown"), $"{operations}");
        Assert.True(!wasClean || platter.FileExists("/first/.kafka_cleanshutdown"), $"{operations}");
        platter.CutPower();

        var reopened = Open(disk: platter);
        Assert.DoesNotContain(reopened.Directories, directory => directory.IsOffline);
        Assert.True(reopened.TryGet(sound.Partition, out var other));
        Assert.Equal((sound.LogStartOffset, sound.LogEndOffset), (other.LogStartOffset, other.LogEndOffset));
        Assert.True(reopened.TryGet(dying.Partition, out var back) || durable == 0, $"{operations}");
        Assert.True(back is null || back.LogEndOffset >= durable, $"{operations}: {durable} was durable, {back?.LogEndOffset} is left");
        Assert.True(back is null || back.LogStartOffset <= Math.Max(start, durable), $"{operations}");
        return left;
    }

    private static PartitionLog Create(LogStore store, string topic, Guid directory, LogOptions? options = null) =>
        store.Create(new TopicPartition(topic, 0), TopicId.Zero, options ?? LogOptions.Default, directory);

    private static ErrorCode Append(PartitionLog log) => Refusal(log).Error;

    private static AppendOutcome Refusal(PartitionLog log)
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings());
        builder.Append(LogBench.Now, "key"u8, new byte[4000]);
        return log.Append(builder.Finish().ToArray(), 0, AppendOrigin.Client, LogBench.Now);
    }

    private LogStore Open(long minFreeBytes = 0, IDisk? disk = null) => LogStore.Open(
        new LogStoreOptions
        {
            Directories = [new LogDirectoryPath("/first", First), new LogDirectoryPath("/second", Second)],
            RecoveryThreads = 1,
            MinFreeBytes = minFreeBytes,
        },
        disk ?? _disk,
        _clock,
        World.Real().Random,
        NullLogger.Instance);
}
