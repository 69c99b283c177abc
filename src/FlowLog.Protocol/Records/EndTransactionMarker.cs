using System.Buffers.Binary;

namespace FlowLog.Protocol.Records;

/// <summary>The control record that ends a producer's transaction on one partition.</summary>
/// <param name="Committed">Commit, or abort.</param>
/// <param name="CoordinatorEpoch">Epoch of the transaction coordinator that decided it: an older one is fenced.</param>
public readonly record struct EndTransactionMarker(bool Committed, int CoordinatorEpoch)
{
    private const int ValueSize = sizeof(short) + sizeof(int);
    private const short ValueVersion = 0;

    /// <summary>The type in the record's key.</summary>
    public ControlRecordType Type => Committed ? ControlRecordType.Commit : ControlRecordType.Abort;

    /// <summary>The finished batch that holds the marker; base offset 0, to be stamped by the append.</summary>
    public byte[] ToBatch(long producerId, short producerEpoch, long timestamp, int leaderEpoch)
    {
        Span<byte> value = stackalloc byte[ValueSize];
        BinaryPrimitives.WriteInt16BigEndian(value, ValueVersion);
        BinaryPrimitives.WriteInt32BigEndian(value[sizeof(short)..], CoordinatorEpoch);

        using var builder = new RecordBatchBuilder(initialCapacity: 128);
        builder.Start(new BatchSettings
        {
            IsControl = true,
            IsTransactional = true,
            ProducerId = producerId,
            ProducerEpoch = producerEpoch,
            LeaderEpoch = leaderEpoch,
        });
        builder.AppendControl(timestamp, Type, value);
        return builder.Finish().ToArray();
    }

    /// <summary>Reads the only record of a control batch; false when it is no transaction marker.</summary>
    public static bool TryRead(in BatchHeader header, ReadOnlySpan<byte> batch, out EndTransactionMarker marker)
    {
        marker = default;
        var records = new RecordReader(header, batch[RecordBatch.HeaderSize..]);
        return header.IsControl && header.Codec == Compression.Codec.None && records.MoveNext() && TryRead(records.Current, out marker);
    }

    /// <summary>Reads a control record; false when it is no transaction marker.</summary>
    public static bool TryRead(in RecordView record, out EndTransactionMarker marker)
    {
        marker = default;
        var value = record.Value.Span;
        if (!ControlRecordKey.TryRead(record.Key.Span, out var type)
            || type is not (ControlRecordType.Commit or ControlRecordType.Abort)
            || value.Length < ValueSize
            || BinaryPrimitives.ReadInt16BigEndian(value) < ValueVersion)
            return false;

        marker = new EndTransactionMarker(type == ControlRecordType.Commit, BinaryPrimitives.ReadInt32BigEndian(value[sizeof(short)..]));
        return true;
    }
}
