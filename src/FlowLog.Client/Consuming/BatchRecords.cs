using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Records;

namespace FlowLog.Client.Consuming;

/// <summary>Walks the records of a <see cref="ConsumedBatch"/> in place; allocates nothing.</summary>
public ref struct BatchRecords
{
    private readonly ConsumedBatch _batch;
    private RecordReader _records;

    internal BatchRecords(ConsumedBatch batch, RecordReader records)
    {
        _batch = batch;
        _records = records;
    }

    /// <summary>The record; its spans are valid until the batch is disposed of.</summary>
    public readonly RecordView Current => _records.Current;

    /// <summary>For <c>foreach</c>.</summary>
    public readonly BatchRecords GetEnumerator() => this;

    /// <summary>Moves to the next record at or after the position that the poll started from.</summary>
    /// <exception cref="FlowLogException">The bytes are not records.</exception>
    public bool MoveNext()
    {
        while (_records.MoveNext())
            if (_batch.BaseOffset + _records.OffsetDelta >= _batch.FirstOffset)
                return true;

        if (_records.Failed)
            throw Failures.Of(ErrorCode.CorruptMessage, $"The batch at offset {_batch.BaseOffset} of {_batch.Partition} does not hold the records that it announces");

        return false;
    }
}
