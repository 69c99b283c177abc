using System.Collections.Concurrent;
using FlowLog.Protocol.Records;

namespace FlowLog.Client.Producing;

/// <summary>Where batches come from and go back to: the budget, the pool and the settings that all queues of a producer share.</summary>
internal sealed class BatchStock(ProducerOptions options, FlushGroups flushes, TimeProvider clock) : IDisposable
{
    private readonly ConcurrentBag<ProducerBatch> _spare = [];
    private readonly BatchSettings _settings = options.CompressionLevel is { } level
        ? new BatchSettings { Codec = options.Compression, CompressionLevel = level }
        : new BatchSettings { Codec = options.Compression };

    public ProducerOptions Options => options;

    public MemoryBudget Budget { get; } = new(options.BufferMemory, clock);

    public FlushGroups Flushes => flushes;

    /// <summary>A batch with room for at least one record of this size, or null when the budget is used up.</summary>
    public ProducerBatch? TryBegin(in FlowLog.Protocol.Identity.TopicPartition partition, int recordSize, long now)
    {
        var reserved = Math.Max(options.BatchSize, recordSize + RecordBatch.HeaderSize);
        if (!Budget.TryTake(reserved))
            return null;

        if (!_spare.TryTake(out var batch))
            batch = new ProducerBatch(options.BatchSize);
        batch.Begin(partition, _settings, now, reserved, flushes.Join());
        return batch;
    }

    /// <summary>Takes back a batch whose handlers have been called. Whoever waits for room is told separately, once for many batches.</summary>
    public void Return(ProducerBatch batch)
    {
        var reserved = batch.Reserved;

        // A batch that grew for one large record does not keep that memory.
        if (reserved <= options.BatchSize)
            _spare.Add(batch);
        else
            batch.Dispose();
        Budget.Release(reserved);
    }

    public void Dispose()
    {
        while (_spare.TryTake(out var batch))
            batch.Dispose();
        Budget.Dispose();
    }
}
