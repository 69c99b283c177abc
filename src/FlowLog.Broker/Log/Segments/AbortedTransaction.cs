using System.Buffers.Binary;

namespace FlowLog.Broker.Log.Segments;

/// <summary>A transaction whose records a <c>read_committed</c> reader must hide.</summary>
/// <param name="ProducerId">Whose it was.</param>
/// <param name="FirstOffset">Its first record on the partition.</param>
/// <param name="LastOffset">Its abort marker.</param>
/// <param name="LastStableOffset">The partition's last stable offset once the marker was written: a reader below it needs no later entry.</param>
public readonly record struct AbortedTransaction(long ProducerId, long FirstOffset, long LastOffset, long LastStableOffset) : IIndexEntry<AbortedTransaction>
{
    private const short Version = 0;

    static int IIndexEntry<AbortedTransaction>.Size => 34;

    bool IIndexEntry<AbortedTransaction>.MayBeFirst => ProducerId >= 0 && FirstOffset >= 0 && LastOffset > FirstOffset;

    static AbortedTransaction IIndexEntry<AbortedTransaction>.Read(ReadOnlySpan<byte> source) =>
        BinaryPrimitives.ReadInt16BigEndian(source) != Version
            ? new AbortedTransaction(-1, -1, -1, -1)
            : new AbortedTransaction(
                BinaryPrimitives.ReadInt64BigEndian(source[2..]),
                BinaryPrimitives.ReadInt64BigEndian(source[10..]),
                BinaryPrimitives.ReadInt64BigEndian(source[18..]),
                BinaryPrimitives.ReadInt64BigEndian(source[26..]));

    bool IIndexEntry<AbortedTransaction>.MayFollow(in AbortedTransaction previous) =>
        ProducerId >= 0 && LastOffset > FirstOffset && LastOffset > previous.LastOffset;

    void IIndexEntry<AbortedTransaction>.Write(Span<byte> target)
    {
        BinaryPrimitives.WriteInt16BigEndian(target, Version);
        BinaryPrimitives.WriteInt64BigEndian(target[2..], ProducerId);
        BinaryPrimitives.WriteInt64BigEndian(target[10..], FirstOffset);
        BinaryPrimitives.WriteInt64BigEndian(target[18..], LastOffset);
        BinaryPrimitives.WriteInt64BigEndian(target[26..], LastStableOffset);
    }
}
