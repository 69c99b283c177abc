using System.Runtime.CompilerServices;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Log.Producers;

/// <summary>What a partition knows of one producer: its epoch, its last five batches, its open transaction.</summary>
internal sealed class ProducerEntry(long id)
{
    /// <summary>How many batches a producer may have in flight, and a retry may lie behind.</summary>
    public const int Window = 5;

    private Batches _batches;
    private int _oldest;
    private int _count;

    public long Id { get; } = id;

    /// <summary>-1 until something of the producer was appended.</summary>
    public short Epoch { get; private set; } = RecordBatch.NoProducerEpoch;

    /// <summary>Epoch of the coordinator whose marker came last; -1 before.</summary>
    public int CoordinatorEpoch { get; private set; } = -1;

    /// <summary>Timestamp of what came last.</summary>
    public long LastTimestamp { get; private set; } = RecordBatch.NoTimestamp;

    /// <summary>First offset of the open transaction; -1 when none is open.</summary>
    public long TransactionStart { get; private set; } = -1;

    public bool HasOpenTransaction => TransactionStart >= 0;

    public bool HasBatches => _count > 0;

    /// <summary>Sequence number of the last record; -1 when no batch is remembered.</summary>
    public int LastSequence => _count == 0 ? RecordBatch.NoSequence : Newest.LastSequence;

    /// <summary>The newest batch that is remembered.</summary>
    public ProducedBatch Newest => _batches[(_oldest + _count - 1) % Window];

    /// <summary>How many batches are remembered besides the newest.</summary>
    public int OlderCount => Math.Max(0, _count - 1);

    /// <summary>A batch that is remembered besides the newest, the oldest first.</summary>
    public ProducedBatch Older(int index) => _batches[(_oldest + index) % Window];

    /// <summary>Restores what a snapshot holds; of the batches the oldest comes first.</summary>
    public static ProducerEntry Restored(
        long id, short epoch, int coordinatorEpoch, long lastTimestamp, long transactionStart, IEnumerable<ProducedBatch> batches)
    {
        var entry = new ProducerEntry(id)
        {
            Epoch = epoch,
            CoordinatorEpoch = coordinatorEpoch,
            LastTimestamp = lastTimestamp,
            TransactionStart = transactionStart,
        };
        foreach (var batch in batches)
            entry.Remember(batch);

        return entry;
    }

    /// <summary>Finds the remembered batch that this one repeats.</summary>
    public bool TryFindDuplicate(in BatchHeader header, out ProducedBatch original)
    {
        for (var index = 0; header.ProducerEpoch == Epoch && index < _count; index++)
        {
            original = _batches[(_oldest + index) % Window];
            if (original.FirstSequence == header.BaseSequence && original.LastSequence == header.LastSequence)
                return true;
        }

        original = default;
        return false;
    }

    /// <summary>A data batch was appended. True when it opened a transaction.</summary>
    public bool Apply(in BatchHeader header)
    {
        Enter(header.ProducerEpoch);
        Remember(ProducedBatch.Of(header));
        LastTimestamp = header.MaxTimestamp;
        if (!header.IsTransactional || HasOpenTransaction)
            return false;

        TransactionStart = header.BaseOffset;
        return true;
    }

    /// <summary>A marker was appended; it ends the open transaction, if there is one.</summary>
    public void ApplyMarker(short epoch, int coordinatorEpoch, long timestamp)
    {
        Enter(epoch);
        CoordinatorEpoch = Math.Max(CoordinatorEpoch, coordinatorEpoch);
        TransactionStart = -1;
        LastTimestamp = timestamp;
    }

    private void Enter(short epoch)
    {
        if (epoch == Epoch)
            return;

        Epoch = epoch;
        _count = 0;
    }

    private void Remember(in ProducedBatch batch)
    {
        _batches[(_oldest + _count) % Window] = batch;
        if (_count < Window)
            _count++;
        else
            _oldest = (_oldest + 1) % Window;
    }

    [InlineArray(Window)]
    private struct Batches
    {
        private ProducedBatch _first;
    }
}
