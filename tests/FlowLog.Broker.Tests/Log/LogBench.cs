using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Storage;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Testing.Simulation.Disk;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests.Log;

/// <summary>A partition log on a simulated disk, and the batches to feed it.</summary>
internal sealed class LogBench
{
    public const long Now = 1_700_000_000_000;
    public const string Root = "/data";

    public static readonly TopicPartition Partition = new("orders", 3);

    public LogBench(int seed = 1, LogOptions? options = null)
    {
        Disk = new SimulatedDisk(seed);
        Options = options ?? LogOptions.Default;
        Disk.CreateDirectory(Folder);
        Reset();
        Log = PartitionLog.Open(Environment, Partition, TopicId.Zero, Folder, Options, LogOpening.New, Now);
    }

    public static string Folder => $"{Root}/orders-3";

    public SimulatedDisk Disk { get; }

    public LogOptions Options { get; set; }

    public LogEnvironment Environment { get; private set; } = null!;

    public LogDirectory Directory => Environment.Directory;

    public PartitionLog Log { get; private set; }

    /// <summary>Opens the folder again, as the next process does.</summary>
    public PartitionLog Reopen(bool wasStoppedCleanly = false, long recoveryPoint = 0, long logStart = 0, long highWatermark = 0)
    {
        Reset();
        return Log = PartitionLog.Open(
            Environment, Partition, TopicId.Zero, Folder, Options, new LogOpening(wasStoppedCleanly, recoveryPoint, logStart, highWatermark), Now);
    }

    public AppendOutcome Produce(params string[] values) => Log.Append(Batch(values), leaderEpoch: 0, AppendOrigin.Client, Now);

    public byte[] Batch(params string[] values) => Batch(new BatchSettings(), Now, values);

    public byte[] Batch(BatchSettings settings, long timestamp, params string[] values)
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(settings);
        foreach (var value in values)
            builder.Append(timestamp, "key"u8, System.Text.Encoding.UTF8.GetBytes(value));

        return builder.Finish().ToArray();
    }

    public byte[] Batch(long producerId, short epoch, int sequence, bool transactional, params string[] values) =>
        Batch(new BatchSettings { ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = sequence, IsTransactional = transactional }, Now, values);

    /// <summary>Every value from an offset to a bound, read as a consumer reads.</summary>
    public List<(long Offset, string Value)> ReadAll(long from = 0, long upperBound = long.MaxValue, int maxBytes = 1 << 20)
    {
        var found = new List<(long, string)>();
        using var content = new BatchContent();
        for (var next = from; ;)
        {
            var outcome = Log.Read(next, maxBytes, upperBound, atLeastOneBatch: true);
            Assert.Equal(Protocol.Errors.ErrorCode.None, outcome.Error);
            if (outcome.Region is null)
                return found;

            var bytes = new byte[outcome.Length];
            outcome.Region.CopyTo(bytes);
            var batches = new BatchReader(bytes);
            var before = next;
            while (batches.MoveNext())
            {
                Assert.True(RecordBatch.HasValidCrc(batches.Batch));
                Assert.Equal(DecompressionProblem.None, content.Open(batches.Header, batches.Batch, 1 << 24, out var records));
                while (records.MoveNext())
                {
                    if (records.Current.Offset >= next && !batches.Header.IsControl)
                        found.Add((records.Current.Offset, System.Text.Encoding.UTF8.GetString(records.Current.Value.Span)));
                }

                next = batches.Header.LastOffset + 1;
            }

            Assert.False(batches.Failed);
            Assert.True(next > before, "a read made no progress");
        }
    }

    private void Reset()
    {
        var directory = new LogDirectory(Disk, Root, Guid.Empty, minFreeBytes: 0, NullLogger.Instance);
        Environment = new LogEnvironment(Disk, directory, new DeferredDeletions(NullLogger.Instance), NullLogger.Instance, 24 * 3_600_000L);
    }
}
