using System.Buffers.Binary;
using FlowLog.Protocol.Compression;

namespace FlowLog.EndToEnd.Tests.Hostile;

/// <summary>Messages of the formats 0 and 1, which no product code writes.</summary>
internal static class OldFormat
{
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
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(12), Crc32.Compute(message.AsSpan(16)));
        return message;
    }
}
