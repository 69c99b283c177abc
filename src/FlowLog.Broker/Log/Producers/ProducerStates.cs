using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Log.Producers;

/// <summary>
/// The producers of one partition: which batch may follow, which is a retry, which transactions are open. A function of the log:
/// <c>Check…</c> changes nothing, <c>Apply…</c> refuses nothing. Not thread-safe; the log guards it.
/// </summary>
internal sealed class ProducerStates
{
    private readonly Dictionary<long, ProducerEntry> _producers = [];
    private readonly Dictionary<long, VerificationGuard> _guards = [];
    private readonly OpenTransactions _transactions = new();

    /// <summary>How many producers are known.</summary>
    public int Count => _producers.Count;

    /// <summary>The producers, in no particular order.</summary>
    public IReadOnlyCollection<ProducerEntry> All => _producers.Values;

    /// <summary>The first offset that is not decided for ever; null when all are.</summary>
    public long? FirstUnstableOffset => _transactions.FirstUnstableOffset;

    /// <summary>What is known of a producer.</summary>
    public ProducerEntry? Find(long producerId) => _producers.GetValueOrDefault(producerId);

    /// <summary>Whether the batch is a retry of a remembered one.</summary>
    public bool TryFindDuplicate(in BatchHeader header, out ProducedBatch original)
    {
        original = default;
        return header.HasProducerId && _producers.TryGetValue(header.ProducerId, out var entry) && entry.TryFindDuplicate(header, out original);
    }

    /// <summary>Whether a data batch may be appended.</summary>
    public ProducerRefusal Check(in BatchHeader header, AppendOrigin origin)
    {
        if (!header.HasProducerId || origin == AppendOrigin.Replication)
            return default;

        var entry = Find(header.ProducerId);
        var known = entry?.Epoch ?? RecordBatch.NoProducerEpoch;
        if (header.ProducerEpoch < known)
            return OldEpoch(header.ProducerId, header.ProducerEpoch, known);

        if (origin != AppendOrigin.Client)
            return default;

        var sequence = CheckSequence(header, entry);
        return !sequence.IsRefused && entry is { HasOpenTransaction: true } && !header.IsTransactional
            ? new(ErrorCode.InvalidTxnState, $"Producer {header.ProducerId} sends a batch outside of its open transaction.")
            : sequence;
    }

    /// <summary>Whether a marker may be appended. With the new protocol (<paramref name="bumpsEpoch"/>) its epoch lies above that of the data.</summary>
    public ProducerRefusal CheckMarker(long producerId, short producerEpoch, in EndTransactionMarker marker, AppendOrigin origin, bool bumpsEpoch)
    {
        var entry = Find(producerId);
        if (entry is null || origin == AppendOrigin.Replication)
            return default;

        var isRetry = producerEpoch == entry.Epoch && !entry.HasOpenTransaction;
        if (producerEpoch < entry.Epoch || (bumpsEpoch && producerEpoch == entry.Epoch && !isRetry))
            return OldEpoch(producerId, producerEpoch, entry.Epoch);

        return marker.CoordinatorEpoch < entry.CoordinatorEpoch
            ? new(ErrorCode.TransactionCoordinatorFenced,
                $"The marker for producer {producerId} is of coordinator epoch {marker.CoordinatorEpoch}, the last one was of {entry.CoordinatorEpoch}.")
            : default;
    }

    /// <summary>A data batch is in the log.</summary>
    public void Apply(in BatchHeader header)
    {
        if (!header.HasProducerId)
            return;

        if (Entry(header.ProducerId).Apply(header))
            _transactions.Open(header.BaseOffset, header.ProducerId);

        if (header.IsTransactional)
            _guards.Remove(header.ProducerId);
    }

    /// <summary>A marker is in the log. Null when the producer had no open transaction here.</summary>
    public CompletedTransaction? ApplyMarker(in BatchHeader header, in EndTransactionMarker marker)
    {
        var entry = Entry(header.ProducerId);
        var start = entry.TransactionStart;
        entry.ApplyMarker(header.ProducerEpoch, marker.CoordinatorEpoch, header.MaxTimestamp);

        // With the newer protocol the marker has the epoch of the next transaction, which may already have asked: its guard still fits.
        if (_guards.TryGetValue(header.ProducerId, out var guard) && !(guard.OutlivesMarkers && guard.Epoch >= header.ProducerEpoch))
            _guards.Remove(header.ProducerId);
        if (start < 0)
            return null;

        var lastStable = _transactions.End(start, header.ProducerId, header.LastOffset);
        return new CompletedTransaction(header.ProducerId, start, header.LastOffset, !marker.Committed, lastStable);
    }

    /// <summary>Everything below the high watermark is committed.</summary>
    public void Committed(long highWatermark) => _transactions.Committed(highWatermark);

    /// <summary>
    /// The guard that a transactional batch must show after the coordinator confirmed it; null when the transaction is known to be open;
    /// <see cref="VerificationGuard.OfPastEpoch"/> when there is nothing to confirm.
    /// </summary>
    public VerificationGuard? BeginVerification(long producerId, short epoch, int sequence, bool isNewProtocol)
    {
        if (HasOpenTransaction(producerId, epoch))
            return null;

        if (epoch < Find(producerId)?.Epoch)
            return VerificationGuard.OfPastEpoch;

        if (_guards.TryGetValue(producerId, out var guard))
            guard.Lower(sequence, epoch, isNewProtocol);
        else
            _guards[producerId] = guard = new VerificationGuard(sequence, epoch, isNewProtocol);

        return guard;
    }

    /// <summary>Whether a transactional batch is covered: by an open transaction, or by a guard that still fits.</summary>
    public bool IsVerified(in BatchHeader header, VerificationGuard? guard) =>
        !header.IsTransactional
        || HasOpenTransaction(header.ProducerId, header.ProducerEpoch)
        || (guard is not null && _guards.GetValueOrDefault(header.ProducerId) == guard);

    /// <summary>Forgets producers that were silent since before a time and have nothing open.</summary>
    public void Expire(long silentSince)
    {
        foreach (var entry in _producers.Values)
        {
            if (!entry.HasOpenTransaction && entry.LastTimestamp < silentSince)
                _producers.Remove(entry.Id);
        }

        if (_guards.Count > 0 && _producers.Count == 0)
            _guards.Clear();
    }

    /// <summary>Forgets everything and takes what a snapshot holds.</summary>
    public void Restore(IEnumerable<ProducerEntry> entries)
    {
        _producers.Clear();
        _guards.Clear();
        _transactions.Clear();
        foreach (var entry in entries)
        {
            _producers[entry.Id] = entry;
            if (entry.HasOpenTransaction)
                _transactions.Open(entry.TransactionStart, entry.Id);
        }
    }

    private static ProducerRefusal OldEpoch(long producerId, short epoch, short known) =>
        new(ErrorCode.InvalidProducerEpoch, $"Producer {producerId} has epoch {epoch}, the partition has seen {known}.");

    private ProducerRefusal CheckSequence(in BatchHeader header, ProducerEntry? entry)
    {
        var first = header.BaseSequence;
        var guard = _guards.GetValueOrDefault(header.ProducerId);

        // While the coordinator is asked, nothing comes in behind the batch that made us ask, of whatever epoch. Of past epochs nobody is asked.
        if (guard is not null && first > guard.LowestSequence)
            return OutOfOrder(header, guard.LowestSequence);

        if (entry is null || entry.Epoch == RecordBatch.NoProducerEpoch)
            return guard is { StartsAtZero: true } && first != 0 ? OutOfOrder(header, 0) : default;

        if (header.ProducerEpoch != entry.Epoch)
            return first == 0 ? default : OutOfOrder(header, 0);

        var expected = entry.HasBatches ? RecordBatch.AdvanceSequence(entry.LastSequence, 1) : 0;
        return first == expected ? default : OutOfOrder(header, expected);
    }

    private static ProducerRefusal OutOfOrder(in BatchHeader header, int expected) => new(
        ErrorCode.OutOfOrderSequenceNumber,
        $"Producer {header.ProducerId} (epoch {header.ProducerEpoch}) sends sequence {header.BaseSequence} where {expected} is next.");

    private bool HasOpenTransaction(long producerId, short epoch) =>
        _producers.TryGetValue(producerId, out var entry) && entry.HasOpenTransaction && entry.Epoch == epoch;

    private ProducerEntry Entry(long producerId)
    {
        if (!_producers.TryGetValue(producerId, out var entry))
            _producers[producerId] = entry = new ProducerEntry(producerId);

        return entry;
    }
}
