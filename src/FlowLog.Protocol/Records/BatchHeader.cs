using System.Buffers.Binary;
using FlowLog.Protocol.Compression;

namespace FlowLog.Protocol.Records;

/// <summary>The 61 bytes before the records of a batch, read once.</summary>
public readonly struct BatchHeader
{
    private BatchHeader(ReadOnlySpan<byte> bytes)
    {
        BaseOffset = BinaryPrimitives.ReadInt64BigEndian(bytes[RecordBatch.BaseOffsetAt..]);
        Length = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatch.LengthAt..]);
        LeaderEpoch = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatch.LeaderEpochAt..]);
        Magic = bytes[RecordBatch.MagicAt];
        Crc = BinaryPrimitives.ReadUInt32BigEndian(bytes[RecordBatch.CrcAt..]);
        Attributes = (BatchAttributes)BinaryPrimitives.ReadInt16BigEndian(bytes[RecordBatch.AttributesAt..]);
        LastOffsetDelta = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatch.LastOffsetDeltaAt..]);
        BaseTimestamp = BinaryPrimitives.ReadInt64BigEndian(bytes[RecordBatch.BaseTimestampAt..]);
        MaxTimestamp = BinaryPrimitives.ReadInt64BigEndian(bytes[RecordBatch.MaxTimestampAt..]);
        ProducerId = BinaryPrimitives.ReadInt64BigEndian(bytes[RecordBatch.ProducerIdAt..]);
        ProducerEpoch = BinaryPrimitives.ReadInt16BigEndian(bytes[RecordBatch.ProducerEpochAt..]);
        BaseSequence = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatch.BaseSequenceAt..]);
        RecordCount = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatch.RecordCountAt..]);
    }

    /// <summary>Offset of the first record, or of the first that there was before cleaning.</summary>
    public long BaseOffset { get; }

    /// <summary>The length field: bytes after it.</summary>
    public int Length { get; }

    /// <summary>Epoch of the leader that appended it; -1 when not known.</summary>
    public int LeaderEpoch { get; }

    /// <summary>Format version; 2.</summary>
    public byte Magic { get; }

    /// <summary>CRC-32C from the attributes to the end.</summary>
    public uint Crc { get; }

    /// <summary>Codec and flags.</summary>
    public BatchAttributes Attributes { get; }

    /// <summary>Offset of the last record minus <see cref="BaseOffset"/>; cleaning does not change it.</summary>
    public int LastOffsetDelta { get; }

    /// <summary>What the records' timestamp deltas are relative to; the delete horizon when that attribute is set.</summary>
    public long BaseTimestamp { get; }

    /// <summary>Largest timestamp inside (milliseconds since 1970), or the append time.</summary>
    public long MaxTimestamp { get; }

    /// <summary>Id of an idempotent producer; -1 for none.</summary>
    public long ProducerId { get; }

    /// <summary>Epoch of the producer id; -1 for none.</summary>
    public short ProducerEpoch { get; }

    /// <summary>Sequence number of the first record; -1 for none.</summary>
    public int BaseSequence { get; }

    /// <summary>Records inside. Zero only after cleaning.</summary>
    public int RecordCount { get; }

    /// <summary>Bytes of the whole batch.</summary>
    public long TotalSize => (long)Length + RecordBatch.LengthOverhead;

    /// <summary>Offset of the last record, or of the last that there was before cleaning.</summary>
    public long LastOffset => BaseOffset + LastOffsetDelta;

    /// <summary>Sequence number of the last record; -1 for none.</summary>
    public int LastSequence => BaseSequence == RecordBatch.NoSequence
        ? RecordBatch.NoSequence
        : RecordBatch.AdvanceSequence(BaseSequence, LastOffsetDelta);

    /// <summary>How the records are compressed. Values above <see cref="Codec.Zstd"/> are possible in hostile input.</summary>
    public Codec Codec => (Codec)(Attributes & BatchAttributes.CodecMask);

    /// <summary>Whether records have the broker's append time.</summary>
    public bool IsLogAppendTime => (Attributes & BatchAttributes.LogAppendTime) != 0;

    /// <summary>Whether the batch belongs to a transaction.</summary>
    public bool IsTransactional => (Attributes & BatchAttributes.Transactional) != 0;

    /// <summary>Whether the batch holds a control record.</summary>
    public bool IsControl => (Attributes & BatchAttributes.Control) != 0;

    /// <summary>Whether <see cref="BaseTimestamp"/> is the time after which tombstones and markers may go.</summary>
    public bool HasDeleteHorizon => (Attributes & BatchAttributes.DeleteHorizon) != 0;

    /// <summary>Whether an idempotent producer wrote it.</summary>
    public bool HasProducerId => ProducerId > RecordBatch.NoProducerId;

    /// <summary>Reads the header at the start of <paramref name="bytes"/>; false when there are fewer than 61. Nothing is judged.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out BatchHeader header)
    {
        if (bytes.Length < RecordBatch.HeaderSize)
        {
            header = default;
            return false;
        }

        header = new BatchHeader(bytes);
        return true;
    }

    /// <summary>
    /// Whether the fields that say where the batch ends can be true: format 2, and a length that holds at least the header.
    /// </summary>
    public bool IsPlausible => Magic == RecordBatch.CurrentMagic && Length >= RecordBatch.HeaderSize - RecordBatch.LengthOverhead
        && LastOffsetDelta >= 0 && BaseOffset >= 0;
}
