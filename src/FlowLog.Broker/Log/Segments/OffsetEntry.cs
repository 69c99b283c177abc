using System.Buffers.Binary;

namespace FlowLog.Broker.Log.Segments;

/// <summary>The batch whose last offset is the segment's base plus <paramref name="RelativeOffset"/> starts at <paramref name="Position"/>.</summary>
internal readonly record struct OffsetEntry(int RelativeOffset, int Position) : IIndexEntry<OffsetEntry>
{
    public static int Size => 8;

    public bool MayBeFirst => RelativeOffset >= 0 && Position >= 0;

    public static OffsetEntry Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadInt32BigEndian(source), BinaryPrimitives.ReadInt32BigEndian(source[4..]));

    public bool MayFollow(in OffsetEntry previous) => RelativeOffset > previous.RelativeOffset && Position > previous.Position;

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteInt32BigEndian(target, RelativeOffset);
        BinaryPrimitives.WriteInt32BigEndian(target[4..], Position);
    }
}
