using System.Buffers.Binary;
using FlowLog.Protocol.Compression;

namespace FlowLog.Protocol.Records;

/// <summary>
/// Layout of a record batch (format 2) and the few fields that are patched in place. All numbers are big-endian. The checksum
/// covers everything from the attributes to the end: base offset, length, leader epoch and magic lie outside it, so the leader
/// stamps a batch without reading it.
/// </summary>
public static class RecordBatch
{
    /// <summary>Bytes before the records.</summary>
    public const int HeaderSize = 61;

    /// <summary>Bytes that the length field does not count: base offset and the length itself.</summary>
    public const int LengthOverhead = 12;

    /// <summary>The only format that is written and served.</summary>
    public const byte CurrentMagic = 2;

    /// <summary>Producer id of a batch that has none.</summary>
    public const long NoProducerId = -1;

    /// <summary>Producer epoch of a batch that has none.</summary>
    public const short NoProducerEpoch = -1;

    /// <summary>Base sequence of a batch that has none; also that of control batches.</summary>
    public const int NoSequence = -1;

    /// <summary>Timestamp of a batch without records.</summary>
    public const long NoTimestamp = -1;

    internal const int BaseOffsetAt = 0;
    /// <summary>Where the length field (int32) lies.</summary>
    public const int LengthAt = 8;

    internal const int LeaderEpochAt = 12;
    /// <summary>Where the format version (int8) lies.</summary>
    public const int MagicAt = 16;

    internal const int CrcAt = 17;
    internal const int AttributesAt = 21;

    /// <summary>Where the attributes end.</summary>
    public const int AttributesEnd = 23;

    internal const int LastOffsetDeltaAt = 23;
    internal const int BaseTimestampAt = 27;
    internal const int MaxTimestampAt = 35;
    internal const int ProducerIdAt = 43;
    internal const int ProducerEpochAt = 51;
    internal const int BaseSequenceAt = 53;
    internal const int RecordCountAt = 57;

    /// <summary>The bytes that the checksum covers.</summary>
    public static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> batch) => batch[AttributesAt..];

    /// <summary>Whether the stored checksum fits the bytes. <paramref name="batch"/> is exactly one batch.</summary>
    public static bool HasValidCrc(ReadOnlySpan<byte> batch) =>
        BinaryPrimitives.ReadUInt32BigEndian(batch[CrcAt..]) == Crc32C.Compute(Checked(batch));

    /// <summary>Codec and flags of a batch that may be shorter than its header is, but not than <see cref="AttributesEnd"/>.</summary>
    public static BatchAttributes AttributesOf(ReadOnlySpan<byte> batch) => (BatchAttributes)BinaryPrimitives.ReadInt16BigEndian(batch[AttributesAt..]);

    /// <summary>Stamps the offset of the first record. Outside the checksum.</summary>
    public static void PatchBaseOffset(Span<byte> batch, long offset) => BinaryPrimitives.WriteInt64BigEndian(batch[BaseOffsetAt..], offset);

    /// <summary>Stamps the epoch of the leader that appends. Outside the checksum.</summary>
    public static void PatchLeaderEpoch(Span<byte> batch, int epoch) => BinaryPrimitives.WriteInt32BigEndian(batch[LeaderEpochAt..], epoch);

    /// <summary>Sets the largest timestamp and the kind of timestamps, and the checksum when that changed anything.</summary>
    public static void PatchMaxTimestamp(Span<byte> batch, bool logAppendTime, long maxTimestamp)
    {
        var attributes = BinaryPrimitives.ReadInt16BigEndian(batch[AttributesAt..]);
        var wanted = (short)(logAppendTime ? attributes | (short)BatchAttributes.LogAppendTime : attributes & ~(short)BatchAttributes.LogAppendTime);
        if (wanted == attributes && BinaryPrimitives.ReadInt64BigEndian(batch[MaxTimestampAt..]) == maxTimestamp)
            return;

        BinaryPrimitives.WriteInt16BigEndian(batch[AttributesAt..], wanted);
        BinaryPrimitives.WriteInt64BigEndian(batch[MaxTimestampAt..], maxTimestamp);
        PatchCrc(batch);
    }

    /// <summary>Sets whose batch it is and where it stands in that producer's sequence, and the checksum.</summary>
    public static void PatchProducer(Span<byte> batch, long producerId, short producerEpoch, int baseSequence, bool transactional)
    {
        var attributes = (BatchAttributes)BinaryPrimitives.ReadInt16BigEndian(batch[AttributesAt..]);
        attributes = transactional ? attributes | BatchAttributes.Transactional : attributes & ~BatchAttributes.Transactional;
        BinaryPrimitives.WriteInt16BigEndian(batch[AttributesAt..], (short)attributes);
        BinaryPrimitives.WriteInt64BigEndian(batch[ProducerIdAt..], producerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[ProducerEpochAt..], producerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[BaseSequenceAt..], baseSequence);
        PatchCrc(batch);
    }

    /// <summary>Computes and stores the checksum. <paramref name="batch"/> is exactly one batch.</summary>
    public static void PatchCrc(Span<byte> batch) => BinaryPrimitives.WriteUInt32BigEndian(batch[CrcAt..], Crc32C.Compute(Checked(batch)));

    /// <summary>The sequence number <paramref name="delta"/> places after <paramref name="sequence"/>: after 2147483647 comes 0.</summary>
    public static int AdvanceSequence(int sequence, int delta) =>
        sequence > int.MaxValue - delta ? delta - (int.MaxValue - sequence) - 1 : sequence + delta;
}
