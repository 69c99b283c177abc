using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;

namespace FlowLog.Client.Producing;

/// <summary>
/// The batches of one partition, from the record's copy to the answer, and the sequence numbers that make repeats harmless.
/// <para>
/// Batches leave in order, several at a time. When one fails, nothing more leaves until all that are on their way have been
/// answered; then the failed ones go again, in their old order and, because a broker accepts sequences only without gaps, with
/// numbers that continue what was stored. The first batch under a producer id goes alone, since until it is stored a broker does
/// accept gaps. That is all there is to ordered retries: no answer can overtake another.
/// </para>
/// <para>
/// A batch that may be stored, because its answer was lost, keeps the identity and the sequence that it was sent with: only under these does the broker
/// know it again. It goes again as it is, or it fails. Only when none of these is left does the partition go on under another epoch.
/// </para>
/// Callers hold <see cref="Gate"/>. Times are timestamps of the clock.
/// </summary>
internal sealed class PartitionQueue(TopicPartition partition, BatchStock stock, long lingerTicks, long deliveryTicks)
{
    private readonly Queue<ProducerBatch> _sealed = new();
    private readonly List<ProducerBatch> _inFlight = [];
    private readonly List<ProducerBatch> _again = [];
    private ProducerBatch? _open;
    private ProducerIdAndEpoch _identity = ProducerBatch.NoIdentity;
    private long _knownId = RecordBatch.NoProducerId;
    private int _nextSequence;
    private int _storedUpTo;
    private bool _isHeld;
    private bool _isSequenceLost;
    private long _notBefore;

    public Lock Gate { get; } = new();

    public TopicPartition Partition => partition;

    /// <summary>True while the sender has it on its list.</summary>
    public bool IsListed { get; set; }

    /// <summary>The line that it waits for with batches that are ready, or null. Until that line is free, more batches change nothing.</summary>
    public BrokerLine? AwaitedLine { get; set; }

    /// <summary>True when something waits to be sent, or lingers.</summary>
    public bool HasWaiting => _open is not null || _sealed.Count > 0 || _again.Count > 0;

    public bool HasInFlight => _inFlight.Count > 0;

    /// <summary>True from when the batch left until it is stored, given up, or to go again.</summary>
    public bool IsInFlight(ProducerBatch batch) => _inFlight.Contains(batch);

    /// <summary>Failures in a row, for the pause before the next attempt.</summary>
    public int Failures { get; private set; }

    /// <summary>
    /// True when the sequence was lost for good, and every batch that may be stored has been resolved: the producer needs a new epoch before anything more
    /// leaves.
    /// </summary>
    public bool NeedsNewEpoch => _isSequenceLost && !HasUnresolved;

    /// <summary>
    /// True while the first batch under a producer id is on its way. A broker takes any sequence from a producer that it does not know: if the first batch
    /// failed and the second did not, they would be stored in the wrong order. A later epoch of a known id is safe: brokers make it start at 0.
    /// </summary>
    private bool IsIntroducing => IsIdempotent && _inFlight.Count > 0 && _knownId != _identity.Id;

    /// <summary>True when a batch waits to go again of which nobody knows whether it is stored.</summary>
    private bool HasUnresolved => _again.Exists(static batch => batch.MayBeStored);

    private bool IsIdempotent => stock.Options.EnableIdempotence;

    /// <summary>Copies a record into the open batch, or into a new one.</summary>
    /// <returns>False when there is no memory for a new batch.</returns>
    public bool TryAppend(in OutgoingRecord record, int size, long timestamp, DeliveryHandler? handler, object? state, TimeProvider clock, out bool wakesSender)
    {
        wakesSender = false;
        var room = _open?.Reserved ?? 0;
        if (_open is not null && _open.Size + size > room)
        {
            Seal();
            wakesSender = true;
        }

        if (_open is null)
        {
            _open = stock.TryBegin(partition, size, clock.GetTimestamp());
            if (_open is null)
                return false;
            wakesSender = true;
        }

        _open.Append(record, timestamp, handler, state);
        return true;
    }

    /// <summary>Whether a batch may leave now; otherwise when to look again, at the latest.</summary>
    public bool IsReady(long now, bool hurry, out long lookAgainAt)
    {
        lookAgainAt = long.MaxValue;
        if (_isHeld || NeedsNewEpoch || IsIntroducing)
            return false;

        if (now < _notBefore)
        {
            lookAgainAt = HasWaiting ? _notBefore : long.MaxValue;
            return false;
        }

        if (_again.Count > 0 || (_sealed.Count > 0 && !_isSequenceLost))
            return true;
        if (_isSequenceLost)
            return false;
        if (_open is null)
            return false;

        lookAgainAt = _open.BegunAt + lingerTicks;
        return hurry || now >= lookAgainAt;
    }

    /// <summary>Size of the batch that <see cref="Take"/> would give, before compression.</summary>
    public int NextSize => (_again.Count > 0 ? _again[0] : _sealed.TryPeek(out var first) ? first : _open!).Size;

    /// <summary>The next batch, finished and stamped, and from now on in flight.</summary>
    public ProducerBatch Take(ProducerIdAndEpoch identity, bool transactional)
    {
        // Brokers know epochs by partition: one that has something to resolve does so under the epoch that it has.
        if (identity != _identity && _inFlight.Count == 0 && !HasUnresolved)
            (_identity, _nextSequence, _storedUpTo) = (identity, 0, 0);

        var batch = TakeFirst();
        if (!IsIdempotent)
            batch.Stamp(ProducerBatch.NoIdentity, RecordBatch.NoSequence, transactional: false);
        else if (!IsPassed(batch))
            StampNext(batch, transactional);

        batch.Attempts++;
        _inFlight.Add(batch);
        return batch;
    }

    /// <summary>The broker has it, or had it already.</summary>
    public void Stored(ProducerBatch batch)
    {
        _inFlight.Remove(batch);
        _knownId = batch.Identity.Id;
        if (batch.Identity == _identity)
            RaiseStoredUpTo(RecordBatch.AdvanceSequence(batch.BaseSequence, batch.RecordCount));
        Failures = 0;
        Settle();
    }

    /// <summary>To be sent again, not before a moment.</summary>
    public void SendAgain(ProducerBatch batch, long notBefore)
    {
        _inFlight.Remove(batch);
        var place = _again.FindIndex(other => other.BegunAt > batch.BegunAt || (other.BegunAt == batch.BegunAt && other.BaseSequence > batch.BaseSequence));
        _again.Insert(place < 0 ? _again.Count : place, batch);
        _notBefore = notBefore;
        Failures++;
        _isHeld = true;
        Settle();
    }

    /// <summary>Given up after it was sent. If it may be stored all the same, its sequence numbers are burnt.</summary>
    public void GiveUp(ProducerBatch batch)
    {
        _inFlight.Remove(batch);
        _isSequenceLost |= IsIdempotent && batch.MayBeStored;
        _isHeld = true;
        Settle();
    }

    /// <summary>The broker's idea of our sequence is beyond repair under this epoch.</summary>
    public void LoseSequence() => _isSequenceLost = true;

    /// <summary>The producer has a new epoch, and nothing is in flight. What is still to be resolved here will ask for one of its own.</summary>
    public void StartEpoch()
    {
        if (NeedsNewEpoch)
            _isSequenceLost = false;
    }

    /// <summary>
    /// True when the broker has stored what comes after the batch, and so, accepting no gaps, the batch too, although the answer was lost. It
    /// keeps its sequence: under another one it would be stored twice.
    /// </summary>
    public bool IsPassed(ProducerBatch batch) =>
        IsIdempotent && batch.MayBeStored && batch.Identity == _identity && batch.BaseSequence >= 0 && IsBefore(batch.BaseSequence, _storedUpTo);

    /// <summary>
    /// True when the failed batch is not the oldest one out: then its predecessor is to blame for a gap in the sequence, which closes when both go again.
    /// A sequence that is lost has gaps that do not close.
    /// </summary>
    public bool HasTroubleBefore(ProducerBatch batch) => !_isSequenceLost && (_isHeld || (_inFlight.Count > 0 && _inFlight[0] != batch));

    /// <summary>Removes what waited too long, oldest first, into <paramref name="expired"/>; tells when the next one is due.</summary>
    public long Expire(long now, List<ProducerBatch> expired)
    {
        for (var index = 0; index < _again.Count;)
            if (_again[index] is var batch && IsLate(batch, now))
            {
                _again.RemoveAt(index);
                _isSequenceLost |= IsIdempotent && batch.MayBeStored;
                expired.Add(batch);
            }
            else
                index++;

        while (_sealed.TryPeek(out var first) && IsLate(first, now))
            expired.Add(_sealed.Dequeue());

        if (_open is not null && IsLate(_open, now))
        {
            expired.Add(_open);
            _open = null;
        }

        var oldest = _again.Count > 0 ? _again[0] : _sealed.TryPeek(out var next) ? next : _open;
        return oldest is null ? long.MaxValue : oldest.BegunAt + deliveryTicks;
    }

    public bool IsLate(ProducerBatch batch, long now) => now - batch.BegunAt >= deliveryTicks;

    /// <summary>Removes everything that is not in flight.</summary>
    public void Drop(List<ProducerBatch> dropped)
    {
        _isSequenceLost |= IsIdempotent && HasUnresolved;
        dropped.AddRange(_again);
        _again.Clear();
        while (_sealed.TryDequeue(out var batch))
            dropped.Add(batch);
        if (_open is not null)
            dropped.Add(_open);
        _open = null;
    }

    private void StampNext(ProducerBatch batch, bool transactional)
    {
        // What came before it was given up. The broker says whether it has this one; with another number it would take it for a different one.
        _isSequenceLost |= batch.MayBeStored && batch.BaseSequence != _nextSequence;

        // Then those before it keep their numbers too: the numbers from here on may be those of the batch that was given up.
        if (_isSequenceLost && batch.BaseSequence >= 0)
            return;

        if (batch.Identity != _identity || batch.BaseSequence != _nextSequence)
            batch.Stamp(_identity, _nextSequence, transactional);
        _nextSequence = RecordBatch.AdvanceSequence(_nextSequence, batch.RecordCount);
    }

    private void Seal()
    {
        _sealed.Enqueue(_open!);
        _open = null;
    }

    private ProducerBatch TakeFirst()
    {
        if (_again.Count > 0)
        {
            var again = _again[0];
            _again.RemoveAt(0);
            return again;
        }

        if (_sealed.TryDequeue(out var batch))
            return batch;

        batch = _open!;
        _open = null;
        return batch;
    }

    /// <summary>
    /// The mark must never fall back, whatever overtakes what (a line that was replaced may still be answered): what goes again would carry
    /// numbers that the broker takes for repeats. Sequences wrap at 2^31; less than half of them are ever out.
    /// </summary>
    private void RaiseStoredUpTo(int sequence)
    {
        if (IsBefore(_storedUpTo, sequence))
            _storedUpTo = sequence;
    }

    private static bool IsBefore(int sequence, int other) => sequence != other && ((other - sequence) & int.MaxValue) < 1 << 30;

    private void Settle()
    {
        if (!_isHeld || _inFlight.Count > 0)
            return;

        _isHeld = false;
        _nextSequence = _storedUpTo;
    }
}
