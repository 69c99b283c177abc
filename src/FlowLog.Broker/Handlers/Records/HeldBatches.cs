using FlowLog.Broker.Replication;
using FlowLog.Protocol.Errors;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>
/// The batches of all connections that wait for a coordinator's word. Several of one producer may be on their way at a time, and their words may come in any
/// order: each partition still gets them in the order in which they came, or it would refuse the later one for its sequence. Thread-safe.
/// </summary>
/// <param name="log">Told of batches whose append failed in a way that nobody expected.</param>
internal sealed class HeldBatches(ILogger log)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(PartitionLeader Leader, long ProducerId), Line> _lines = [];

    /// <summary>Whether batches of a producer wait for a partition: whatever comes has to wait behind them.</summary>
    public bool Any(PartitionLeader leader, long producerId)
    {
        lock (_lock)
            return _lines.ContainsKey((leader, producerId));
    }

    public void Add(HeldBatch held)
    {
        lock (_lock)
        {
            if (!_lines.TryGetValue(KeyOf(held), out var line))
                _lines[KeyOf(held)] = line = new Line();
            line.Batches.Enqueue(held);
        }
    }

    /// <summary>The word about a batch is there: appends it, and those behind it that waited for nothing else, once all before it are appended.</summary>
    public void Decide(HeldBatch decided)
    {
        for (var next = Begin(decided); next is not null; next = Next(next))
            Append(next);
    }

    // Whatever goes wrong with one batch is its own answer: thrown on, it would keep all behind it waiting forever.
    private void Append(HeldBatch held)
    {
        try
        {
            held.Append();
        }
        catch (Exception failure)
        {
            log.HeldBatchFailed(failure, held.Leader.Partition, held.Producer.Id);
            (held.Answer.ErrorCode, held.Answer.BaseOffset) = (ErrorCode.UnknownServerError, -1);
        }

        held.Release();
    }

    private static (PartitionLeader Leader, long ProducerId) KeyOf(HeldBatch held) => (held.Leader, held.Producer.Id);

    // What this thread is to append; another one may be at it already, and then goes on with this batch.
    private HeldBatch? Begin(HeldBatch decided)
    {
        lock (_lock)
        {
            decided.IsDecided = true;
            var line = _lines[KeyOf(decided)];
            if (line.IsMoving || !line.Batches.Peek().IsDecided)
                return null;
            line.IsMoving = true;
            return line.Batches.Peek();
        }
    }

    private HeldBatch? Next(HeldBatch appended)
    {
        lock (_lock)
        {
            var line = _lines[KeyOf(appended)];
            line.Batches.Dequeue();
            if (line.Batches.Count == 0)
                _lines.Remove(KeyOf(appended));
            else if (line.Batches.Peek() is { IsDecided: true } next)
                return next;
            line.IsMoving = false;
            return null;
        }
    }

    private sealed class Line
    {
        public Queue<HeldBatch> Batches { get; } = [];

        /// <summary>A thread is appending its head.</summary>
        public bool IsMoving { get; set; }
    }
}
