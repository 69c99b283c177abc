using System.Buffers.Binary;
using System.Text;
using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Consuming.Assignors;

/// <summary>
/// User data of Java's StickyAssignor: an array of (topic, array of partitions), and since version 1 the generation, in the
/// protocol's old primitive types.
/// </summary>
internal static class StickyUserData
{
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<TopicPartition> partitions, int generation)
    {
        using var bytes = new MemoryStream();
        var topics = partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal).ToList();
        WriteInt32(bytes, topics.Count);
        foreach (var topic in topics)
        {
            var name = Encoding.UTF8.GetBytes(topic.Key);
            bytes.WriteByte((byte)(name.Length >> 8));
            bytes.WriteByte((byte)name.Length);
            bytes.Write(name);
            WriteInt32(bytes, topic.Count());
            foreach (var partition in topic)
                WriteInt32(bytes, partition.Partition);
        }

        WriteInt32(bytes, generation);
        return bytes.ToArray();
    }

    /// <summary>Anything unreadable means that the member holds nothing: the worst outcome is a move too many.</summary>
    public static Holding Read(ReadOnlySpan<byte> bytes)
    {
        List<TopicPartition> partitions = [];
        if (!TryReadInt32(ref bytes, out var topics) || topics < 0)
            return new Holding(-1, []);

        for (var topic = 0; topic < topics; topic++)
        {
            if (!TryReadText(ref bytes, out var name) || !TryReadInt32(ref bytes, out var count) || count < 0 || count > bytes.Length / sizeof(int))
                return new Holding(-1, []);

            for (; count > 0 && TryReadInt32(ref bytes, out var partition); count--)
                partitions.Add(new TopicPartition(name, partition));
        }

        return new Holding(TryReadInt32(ref bytes, out var generation) ? generation : -1, partitions);
    }

    private static void WriteInt32(MemoryStream target, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        target.Write(bytes);
    }

    private static bool TryReadInt32(ref ReadOnlySpan<byte> bytes, out int value)
    {
        if (!BinaryPrimitives.TryReadInt32BigEndian(bytes, out value))
            return false;

        bytes = bytes[sizeof(int)..];
        return true;
    }

    private static bool TryReadText(ref ReadOnlySpan<byte> bytes, out string text)
    {
        text = "";
        if (!BinaryPrimitives.TryReadInt16BigEndian(bytes, out var length) || length < 0 || length > bytes.Length - sizeof(short))
            return false;

        text = Encoding.UTF8.GetString(bytes.Slice(sizeof(short), length));
        bytes = bytes[(sizeof(short) + length)..];
        return true;
    }
}
