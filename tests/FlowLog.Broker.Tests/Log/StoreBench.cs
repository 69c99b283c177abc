using System.Text;
using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Storage;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Runtime;
using FlowLog.Testing.Simulation;
using FlowLog.Testing.Simulation.Disk;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests.Log;

/// <summary>A log store on a simulated disk that is killed and cut off from power, with a log to look at and batches to feed it.</summary>
internal sealed class StoreBench
{
    public const string Root = "/logs";

    public static readonly TopicPartition Partition = new("t", 0);

    public StoreBench(LogOptions options, int seed = 1)
    {
        Options = options;
        Settings = new LogStoreOptions { Directories = [new LogDirectoryPath(Root, Guid.Empty)], OptionsOf = _ => Options, RecoveryThreads = 1, MinFreeBytes = 0 };
        Platter = new SimulatedDisk(seed);
        Platter.CreateDirectory(Root);
        Platter.SyncDirectory("/");
        Disk = new HookedDisk(Platter);
        Open();
    }

    /// <summary>Compacted, in small segments, whenever there is something to compact.</summary>
    public static LogOptions Compacted { get; } = LogOptions.Default with
    {
        CleanupPolicy = CleanupPolicy.Compact,
        SegmentBytes = 600,
        IndexIntervalBytes = 100,
        FileDeleteDelayMs = 0,
        MinCleanableDirtyRatio = 0,
        DeleteRetentionMs = 1000,
        TimestampAfterMaxMs = long.MaxValue,
    };

    /// <summary>What the store lies on.</summary>
    public SimulatedDisk Platter { get; }

    /// <summary>How the store gets there.</summary>
    public HookedDisk Disk { get; private set; }

    public ManualTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(LogBench.Now));

    /// <summary>What new logs obey, and all when the store is opened.</summary>
    public LogOptions Options { get; set; }

    /// <summary>What the store is told when it is opened.</summary>
    public LogStoreOptions Settings { get; set; }

    public LogStore Store { get; private set; } = null!;

    public PartitionLog Log => Store.TryGet(Partition, out var log) ? log : throw new InvalidOperationException("The log is gone.");

    public long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Opens the folder, as the next process does.</summary>
    public void Open() => Store = LogStore.Open(Settings, Disk, Clock, World.Real().Random, NullLogger.Instance);

    /// <summary>A new log, of the partition that is looked at unless another one is named.</summary>
    public PartitionLog Create(string topic = "t", LogOptions? options = null) => Store.Create(new TopicPartition(topic, 0), TopicId.Zero, options ?? Options);

    /// <summary>The process is gone, or the power, and the next one has a disk that works.</summary>
    public void Crash(bool power)
    {
        if (power)
            Platter.CutPower();
        else
            Platter.KillProcess();

        Disk = new HookedDisk(Platter);
    }

    /// <summary>Cleans one log; false when none needs it.</summary>
    public bool Clean() => Store.RunCleaner(Now, TestContext.Current.CancellationToken);

    /// <summary>Cleans until there is nothing to clean any more.</summary>
    public void CleanAll()
    {
        for (var rounds = 0; Clean(); rounds++)
            Assert.True(rounds < 1000, "cleaning does not come to an end");
    }

    /// <summary>Appends what has to be taken, and commits it. Returns its first offset.</summary>
    public long Append(byte[] batch, AppendOrigin origin = AppendOrigin.Client, PartitionLog? log = null, bool commits = true, int epoch = 0)
    {
        log ??= Log;
        var outcome = log.Append(batch, epoch, origin, Now);
        Assert.True(outcome.IsSuccess, outcome.Message);
        if (commits)
            log.RaiseHighWatermark(log.LogEndOffset);

        return outcome.FirstOffset;
    }

    /// <summary>Appends the end of a producer's transaction.</summary>
    public long End(long producer, bool committed, PartitionLog? log = null) =>
        Append(new EndTransactionMarker(committed, 0).ToBatch(producer, 1, Now, 0), AppendOrigin.Coordinator, log);

    /// <summary>Appends a record with a key.</summary>
    public long Put(string key, string? value, PartitionLog? log = null) => Append(Batch(-1, -1, false, (key, value)), log: log);

    /// <summary>Appends thirty records with one key, which is more than a segment holds.</summary>
    public void Fill(PartitionLog? log = null, bool commits = true)
    {
        for (var index = 0; index < 30; index++)
            Append(Batch(-1, -1, false, ("filler", $"{index}")), log: log, commits: commits);
    }

    public byte[] Batch(long producer, int sequence, bool transactional, params (string Key, string? Value)[] records) =>
        Batch(Codec.None, producer, sequence, transactional, records);

    public byte[] Batch(Codec codec, long producer, int sequence, bool transactional, params (string Key, string? Value)[] records)
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings
        {
            Codec = codec,
            ProducerId = producer,
            ProducerEpoch = (short)(producer < 0 ? -1 : 0),
            BaseSequence = sequence,
            IsTransactional = transactional,
        });
        foreach (var (key, value) in records)
            builder.Append(Now, Encoding.UTF8.GetBytes(key), value is null ? default : Encoding.UTF8.GetBytes(value));

        return builder.Finish().ToArray();
    }

    /// <summary>Sees the batches of a log below a bound, read as a consumer reads, each of which is sound and ends behind the one before it.</summary>
    public static void Walk(PartitionLog log, Action<BatchHeader, byte[]> see, long upperBound = long.MaxValue)
    {
        for (var next = log.LogStartOffset; log.Read(next, 400, upperBound, atLeastOneBatch: true).Region is { } region;)
        {
            var before = next;
            var bytes = new byte[region.Length];
            region.CopyTo(bytes);
            var batches = new BatchReader(bytes);
            while (batches.MoveNext())
            {
                Assert.True(RecordBatch.HasValidCrc(batches.Batch));
                Assert.True(batches.Header.LastOffset >= next);
                see(batches.Header, batches.Batch.ToArray());
                next = batches.Header.LastOffset + 1;
            }

            Assert.True(next > before, "a read made no progress");
        }
    }

    /// <summary>The records of a batch, none of a control batch.</summary>
    public static IEnumerable<(long Offset, string Key, string? Value)> RecordsOf(BatchHeader header, byte[] batch)
    {
        var found = new List<(long, string, string?)>();
        if (header.IsControl)
            return found;

        using var content = new BatchContent();
        Assert.Equal(DecompressionProblem.None, content.Open(header, batch, 1 << 20, out var records));
        while (records.MoveNext())
        {
            var record = records.Current;
            found.Add((record.Offset, Encoding.UTF8.GetString(record.Key.Span), record.Value.IsNull ? null : Encoding.UTF8.GetString(record.Value.Span)));
        }

        Assert.False(records.Failed);
        return found;
    }

    /// <summary>The records of a log.</summary>
    public static List<(long Offset, string Key, string? Value)> Read(PartitionLog log)
    {
        var found = new List<(long, string, string?)>();
        Walk(log, (header, batch) => found.AddRange(RecordsOf(header, batch)));
        return found;
    }

    /// <summary>The offsets of the markers of a log.</summary>
    public static HashSet<long> Markers(PartitionLog log)
    {
        var found = new HashSet<long>();
        Walk(log, (header, _) =>
        {
            if (header is { IsControl: true, RecordCount: > 0 })
                found.Add(header.LastOffset);
        });
        return found;
    }
}
