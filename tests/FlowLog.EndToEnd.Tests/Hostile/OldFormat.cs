using System.Buffers.Binary;
using FlowLog.Protocol.Compression;

namespace FlowLog.EndToEnd.Tests.Hostile;

/// <summary>Messages of the formats 0 and 1, which no product code writes.</summary>
internal static class OldFormat
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] s_table = [.. Enumerable.Range(0, 256).Select(index => Shifted((uint)index))];

    /// <summary>A message without a key, at offset 0 and time 0; with a codec it is what wraps others.</summary>
    public static byte[] Message(byte magic, Codec codec, ReadOnlySpan<byte> value)
    {
        var start = magic == 1 ? 10 : 2;
        var message = new byte[16 + start + 8 + value.Length];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(8), message.Length - 12);
        (message[16], message[17]) = (magic, (byte)codec);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(16 + start), -1);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(20 + start), value.Length);
        value.CopyTo(message.AsSpan(24 + start));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(12), Checksum(message.AsSpan(16)));
        return message;
    }

    /// <summary>The CRC-32 of Ethernet and gzip.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var next in bytes)
            sum = s_table[(byte)(sum ^ next)] ^ (sum >> 8);
        return ~sum;
    }

    private static uint Shifted(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
            value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
        return value;
    }
}
