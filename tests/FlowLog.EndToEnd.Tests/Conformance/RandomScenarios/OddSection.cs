using System.Buffers;
using FlowLog.Protocol.Compression;

namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>The records section of a batch as bytes, with something in it that is odd: a number written longer than it must be, a length that lies, a stream of another shape.</summary>
internal static class OddSection
{
    private const int LongestVarint = 5;
    private const int LongestVarlong = 10;

    /// <summary>The section of so many records, and the codec that the batch says it has.</summary>
    public static (string Codec, byte[] Bytes) Make(Dice dice, int count, string codec)
    {
        var section = new List<byte>();
        var odd = dice.Percent(60) ? dice.Below(count) : -1;
        for (var index = 0; index < count; index++)
            section.AddRange(Record(dice, index, index == odd, codec != "none"));
        var isWhole = odd < 0;
        if (isWhole && dice.Percent(10))
        {
            isWhole = false;
            section.AddRange(dice.Of<byte[]>([0], [1, 2, 3], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]));
        }

        return (codec, Compress(dice, codec, [.. section], isWhole));
    }

    private static byte[] Record(Dice dice, int index, bool isOdd, bool isCompressed)
    {
        // What a compressed record says of its length Kafka does not look at, and keeps records that no reader can read. FlowLog does look.
        var which = isOdd ? dice.Below(isCompressed ? 7 : 9) : -1;
        var body = new List<byte> { which == 0 ? dice.Of<byte>(1, 7, 8, 0x80, 0xFF) : (byte)0 };
        body.AddRange(which == 1 ? Number(dice, LongestVarlong) : Varint(index));
        body.AddRange(which == 2 && isCompressed ? Varint(dice.Of(0, index + 1, -1, 5, int.MaxValue)) : which == 2 ? Padded(index, dice.Of(1, 2, 4)) : Varint(index));
        body.AddRange(which == 3 ? Number(dice, LongestVarint) : [.. Varint(1), (byte)'k']);
        body.AddRange(which == 4 ? Number(dice, LongestVarint) : [.. Varint(1), (byte)'v']);
        body.AddRange(which == 5 ? Number(dice, LongestVarint) : which == 6 ? Headers(dice, isCompressed) : Varint(0));
        if (which == 7)
            body.RemoveAt(body.Count - 1);
        var length = which == 8 ? dice.Of<byte[]>(Varint(body.Count - 1), Varint(body.Count + 1), Padded(body.Count, 1), Padded(body.Count, 3), Varint(0), Varint(-1), Varint(int.MaxValue), [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x80, 0x80, 0x80, 0x80, 0x80]) : Varint(body.Count);
        return [.. length, .. body];
    }

    private static byte[] Headers(Dice dice, bool isCompressed) => dice.Of<byte[]>(
        isCompressed ? Varint(0) : [.. Varint(1), .. Varint(-1), .. Varint(0)],
        [.. Varint(1), .. Varint(1), (byte)'h', .. Varint(-1)],
        [.. Varint(1), .. Varint(1), (byte)'h', .. Varint(-2)],
        [.. Varint(1), .. Varint(2), 0xC3, 0x28, .. Varint(0)],
        [.. Varint(1), .. Varint(0), .. Varint(0)],
        [.. Varint(2), .. Varint(1), (byte)'h', .. Varint(0)],
        [.. Varint(-1)],
        [.. Padded(1, 2), .. Padded(1, 1), (byte)'h', .. Padded(0, 1)],
        [.. Varint(1), .. Varint(100), (byte)'h', .. Varint(0)]);

    private static byte[] Number(Dice dice, int longest) => dice.Of<byte[]>(
        Varint(-1), Varint(-2), Varint(0), Varint(100), Varint(int.MaxValue), Varint(int.MinValue), Padded(0, 1), Padded(1, 2), Padded(-1, 3),
        [.. Enumerable.Repeat((byte)0xFF, longest - 1), 0x01], [.. Enumerable.Repeat((byte)0xFF, longest), 0x01], [.. Enumerable.Repeat((byte)0x80, longest - 1), 0x7F]);

    private static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        var left = (ulong)((value << 1) ^ (value >> 63));
        for (; left >= 0x80; left >>= 7)
            bytes.Add((byte)(left | 0x80));
        bytes.Add((byte)left);
        return [.. bytes];
    }

    /// <summary>The number with bytes behind it that say nothing.</summary>
    private static byte[] Padded(long value, int more)
    {
        var bytes = Varint(value);
        bytes[^1] |= 0x80;
        return [.. bytes, .. Enumerable.Repeat((byte)0x80, more - 1), 0];
    }

    // Kafka decompresses as it reads: of two faults it finds the one that comes first, so that there is only one.
    private static byte[] Compress(Dice dice, string codec, byte[] section, bool mayBeOdd)
    {
        if (codec == "none")
            return section;
        var target = new ArrayBufferWriter<byte>();
        Compressor.Compress(Enum.Parse<Codec>(codec, ignoreCase: true), dice.Of(Compressor.DefaultLevel, 1, 9), section, target);
        var bytes = target.WrittenSpan.ToArray();
        return !mayBeOdd ? bytes : dice.Below(10) switch
        {
            // A bare block, as some clients send it: behind the header and the length of Java's stream.
            0 or 1 when codec == "snappy" => bytes[20..],
            2 when codec == "snappy" => [.. bytes, .. bytes[16..]],
            3 => bytes[..^dice.Of(1, 2, 5)],
            4 => [.. bytes, .. dice.Of<byte[]>([0], [1, 2, 3, 4])],
            5 => [.. bytes, .. bytes],
            _ => bytes,
        };
    }
}
