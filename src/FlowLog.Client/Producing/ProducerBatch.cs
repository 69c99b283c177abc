using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;

namespace FlowLog.Client.Producing;

/// <summary>
/// A batch on its way: the wire's bytes, and who wants to know what becomes of its records. Belongs to its queue's lock until it is
/// done, then to the delivery loop, then to the pool.
/// </summary>
internal sealed class ProducerBatch(int capacity) : IDisposable
{
    private readonly RecordBatchBuilder _builder = new(capacity);
    private DeliverySlot[] _slots = [];
    private int _slotCount;
    private Memory<byte> _bytes;

    public TopicPartition Partition { get; private set; }

    /// <summary>Timestamp of the clock at which it was begun.</summary>
    public long BegunAt { get; private set; }

    /// <summary>Bytes taken from the budget.</summary>
    public int Reserved { get; private set; }

    public FlushGroups.Group? Flush { get; private set; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; set; }

    /// <summary>True when it was sent and nobody knows whether it was stored.</summary>
    public bool MayBeStored { get; set; }

    /// <summary>Sequence number of its first record under <see cref="Identity"/>; -1 before it is stamped.</summary>
    public int BaseSequence { get; private set; }

    /// <summary>Producer id and epoch that it is stamped with.</summary>
    public ProducerIdAndEpoch Identity { get; private set; }

    public int RecordCount => _builder.Count;

    public int Size => _builder.Size;

    /// <summary>The finished batch.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    // The outcome, set once.
    public ErrorCode Error { get; private set; }

    public string? Reason { get; private set; }

    /// <summary>Why it was sent again the last time.</summary>
    public string? LastProblem { get; set; }

    private long BaseOffset { get; set; }

    private long LogAppendTime { get; set; }

    public void Begin(TopicPartition partition, in BatchSettings settings, long now, int reserved, FlushGroups.Group flush)
    {
        _builder.Start(settings);
        (Partition, BegunAt, Reserved, Flush) = (partition, now, reserved, flush);
        (Attempts, MayBeStored, BaseSequence, Identity) = (0, false, RecordBatch.NoSequence, NoIdentity);
        (Error, Reason, LastProblem, BaseOffset, LogAppendTime) = (ErrorCode.None, null, null, -1, -1);
        _bytes = default;
    }

    public void Append(in OutgoingRecord record, long timestamp, DeliveryHandler? handler, object? state)
    {
        if (handler is not null)
            AddSlot(new DeliverySlot(_builder.Count, timestamp, handler, state));

        if (!record.Headers.IsEmpty)
            _builder.Append(timestamp, record.Key, record.Value, record.Headers);
        else if (record.HeaderSection.Length > 1)
            _builder.AppendWithHeaderSection(timestamp, record.Key, record.Value, record.HeaderSection);
        else
            _builder.Append(timestamp, record.Key, record.Value);
    }

    /// <summary>Writes identity and sequence into the batch, finishing it the first time.</summary>
    public void Stamp(ProducerIdAndEpoch identity, int baseSequence, bool transactional)
    {
        (Identity, BaseSequence) = (identity, baseSequence);
        if (_bytes.IsEmpty)
        {
            _builder.SetProducer(identity.Id, identity.Epoch, baseSequence, transactional);
            _bytes = _builder.Finish();
        }
        else
            RecordBatch.PatchProducer(_bytes.Span, identity.Id, identity.Epoch, baseSequence, transactional);
    }

    public void Succeeded(long baseOffset, long logAppendTime) => (BaseOffset, LogAppendTime) = (baseOffset, logAppendTime);

    public void Failed(ErrorCode error, string? reason) => (Error, Reason) = (error, reason);

    /// <summary>Tells everybody who asked. Handlers' exceptions are the caller's to deal with, record by record.</summary>
    public void Deliver(Action<Exception> onHandlerFailed)
    {
        for (var index = 0; index < _slotCount; index++)
        {
            ref readonly var slot = ref _slots[index];
            var offset = Error == ErrorCode.None && BaseOffset >= 0 ? BaseOffset + slot.Index : -1;
            try
            {
                slot.Handler(new DeliveryReport(Partition, offset, LogAppendTime >= 0 ? LogAppendTime : slot.Timestamp, Error, Reason), slot.State);
            }
            catch (Exception problem)
            {
                onHandlerFailed(problem);
            }
        }

        Array.Clear(_slots, 0, _slotCount);
        _slotCount = 0;
    }

    /// <summary>True when somebody wants to know.</summary>
    public bool HasHandlers => _slotCount > 0;

    public void Dispose() => _builder.Dispose();

    internal static ProducerIdAndEpoch NoIdentity { get; } = new(RecordBatch.NoProducerId, RecordBatch.NoProducerEpoch);

    private void AddSlot(in DeliverySlot slot)
    {
        if (_slotCount == _slots.Length)
            Array.Resize(ref _slots, Math.Max(64, _slots.Length * 2));
        _slots[_slotCount++] = slot;
    }

    private readonly record struct DeliverySlot(int Index, long Timestamp, DeliveryHandler Handler, object? State);
}
