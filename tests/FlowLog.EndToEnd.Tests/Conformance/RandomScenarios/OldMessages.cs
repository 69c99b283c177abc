using System.Buffers;
using System.Buffers.Binary;
using FlowLog.Protocol.Compression;

namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>Message sets of the formats 0 and 1, plain and wrapped into compressed messages, sound and with something wrong.</summary>
internal static class OldMessages
{
    private const long SomeTime = 1_700_000_000_000;

    public static byte[] Make(Dice dice)
    {
        var magic = dice.Of(0, 1);
        var count = dice.Of(1, 1, 2, 3, 0);
        var bytes = new List<byte>();
        for (var i = 0; i < count; i++)
            bytes.AddRange(Message(dice, magic, i, attributes: 0, "v"u8.ToArray()));
        if (dice.Percent(40) && count > 0)
        {
            var codec = dice.Of(Codec.Gzip, Codec.Snappy, Codec.Lz4, Codec.Zstd);
            var inner = new ArrayBufferWriter<byte>();
            Compressor.Compress(codec, Compressor.DefaultLevel, bytes.ToArray(), inner);
            bytes = [.. Message(dice, magic, dice.Of(0, count - 1), (byte)codec, inner.WrittenSpan.ToArray())];
        }

        return dice.Below(10) switch
        {
            0 when bytes.Count > 5 => [.. bytes.Take(bytes.Count - dice.Of(1, 5))],
            1 => [.. bytes, 0, 0, 0],
            _ => [.. bytes],
        };
    }

    private static byte[] Message(Dice dice, int magic, long offset, byte attributes, byte[] value)
    {
        byte[]? key = dice.Percent(50) ? "k"u8.ToArray() : null;
        var start = magic == 1 ? 10 : 2;
        var body = new byte[start + 8 + (key?.Length ?? 0) + value.Length];
        body[0] = dice.Percent(94) ? (byte)magic : dice.Of<byte>(2, 3);
        body[1] = dice.Percent(90) ? attributes : dice.Of<byte>(5, 7, 8, 9, 0xFF);
        if (magic == 1)
            BinaryPrimitives.WriteInt64BigEndian(body.AsSpan(2), dice.Of(SomeTime, SomeTime, -1, 0));
        Put(body.AsSpan(start), key);
        Put(body.AsSpan(start + 4 + (key?.Length ?? 0)), value);
        var message = new byte[16 + body.Length];
        BinaryPrimitives.WriteInt64BigEndian(message, offset);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(8), dice.Percent(95) ? 4 + body.Length : dice.Of(0, 13, 14, 4 + body.Length + 1, -1));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(12), Crc32.Compute(body) ^ (dice.Percent(90) ? 0u : 1u));
        body.CopyTo(message, 16);
        return message;
    }

    private static void Put(Span<byte> target, byte[]? bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(target, bytes?.Length ?? -1);
        bytes?.CopyTo(target[4..]);
    }
}
