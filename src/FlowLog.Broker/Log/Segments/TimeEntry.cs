using System.Buffers.Binary;

namespace FlowLog.Broker.Log.Segments;

/// <summary>No batch up to the segment's base plus <paramref name="RelativeOffset"/> has a timestamp above <paramref name="Timestamp"/>; the batch that ends there has it.</summary>
internal readonly record struct TimeEntry(long Timestamp, int RelativeOffset) : IIndexEntry<TimeEntry>
{
    public static int Size => 12;

    public bool MayBeFirst => Timestamp >= 0 && RelativeOffset >= 0;

    public static TimeEntry Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadInt64BigEndian(source), BinaryPrimitives.ReadInt32BigEndian(source[8..]));

    public bool MayFollow(in TimeEntry previous) => Timestamp > previous.Timestamp && RelativeOffset >= previous.RelativeOffset;

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteInt64BigEndian(target, Timestamp);
        BinaryPrimitives.WriteInt32BigEndian(target[8..], RelativeOffset);
    }
}
