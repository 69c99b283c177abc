using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Storage;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests.Log;

/// <summary>Appends and reads cost memory by the batch, never by the record: counted, not timed.</summary>
public sealed class HotPathAllocationTests : IDisposable
{
    private const int WarmUps = 100;
    private const int Rounds = 200;

    private readonly string _root = System.IO.Directory.CreateTempSubdirectory("flowlog-allocations-").FullName;

    public void Dispose() => System.IO.Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(Codec.None)]
    [InlineData(Codec.Gzip)]
    public void A_thousand_records_in_a_batch_cost_what_one_costs(Codec codec)
    {
        var (appendOne, readOne) = Measure(codec, records: 1);
        var (appendMany, readMany) = Measure(codec, records: 1_000);

        Assert.True(appendMany <= appendOne + 100, $"an append of 1 record allocates {appendOne} bytes, one of 1,000 records {appendMany}");
        Assert.True(readMany <= readOne + 100, $"a read of 1 record allocates {readOne} bytes, one of 1,000 records {readMany}");
        Assert.InRange(appendOne, 0, 2_000);
        Assert.InRange(readOne, 0, 2_000);
    }

    private (long Append, long Read) Measure(Codec codec, int records)
    {
        var partition = new TopicPartition($"t{records}{codec}", 0);
        var folder = Path.Combine(_root, partition.ToString());
        var disk = World.Real().Disk;
        disk.CreateDirectory(folder);
        var directory = new LogDirectory(disk, _root, Guid.Empty, minFreeBytes: 0, NullLogger.Instance);
        var environment = new LogEnvironment(disk, directory, new DeferredDeletions(NullLogger.Instance), NullLogger.Instance, 3_600_000);

        // Index entries come by the byte: of them there are none here.
        var options = LogOptions.Default with { IndexIntervalBytes = int.MaxValue };
        var log = PartitionLog.Open(environment, partition, TopicId.Zero, folder, options, LogOpening.New, LogBench.Now);
        var batch = Batch(codec, records);
        var working = new byte[batch.Length];
        var into = new byte[batch.Length];
        var append = Allocated(() =>
        {
            batch.CopyTo(working, 0);
            Assert.True(log.Append(working, 0, AppendOrigin.Client, LogBench.Now).IsSuccess);
        });
        var read = Allocated(() => log.Read(log.LogEndOffset - records, 1, long.MaxValue, atLeastOneBatch: true).Region!.CopyTo(into));
        log.Abandon();
        return (append, read);
    }

    private static long Allocated(Action action)
    {
        for (var round = 0; round < WarmUps; round++)
            action();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
            action();

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
    }

    private static byte[] Batch(Codec codec, int records)
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings { Codec = codec });
        for (var index = 0; index < records; index++)
            builder.Append(LogBench.Now, "key"u8, "a value of some length"u8);
        return builder.Finish().ToArray();
    }
}
