using System.Numerics;

namespace FlowLog.Protocol.Wire;

/// <summary>
/// Numbers in seven bits per byte, least significant first. Lengths and tags are unsigned; the fields of a record are signed
/// and zig-zagged so that small negative numbers stay short.
/// </summary>
public static class Varint
{
    /// <summary>The most bytes that 32 bits take.</summary>
    public const int MaxLength32 = 5;

    /// <summary>The most bytes that 64 bits take.</summary>
    public const int MaxLength64 = 10;

    /// <summary>Bytes that <paramref name="value"/> takes unsigned.</summary>
    public static int LengthOfUnsigned(uint value) => ((31 - BitOperations.LeadingZeroCount(value | 1)) / 7) + 1;

    /// <summary>Bytes that <paramref name="value"/> takes unsigned.</summary>
    public static int LengthOfUnsigned(ulong value) => ((63 - BitOperations.LeadingZeroCount(value | 1)) / 7) + 1;

    /// <summary>Bytes that <paramref name="value"/> takes zig-zagged.</summary>
    public static int LengthOf(int value) => LengthOfUnsigned(ZigZag(value));

    /// <summary>Bytes that <paramref name="value"/> takes zig-zagged.</summary>
    public static int LengthOf(long value) => LengthOfUnsigned(ZigZag(value));

    /// <summary>Writes an unsigned number and returns the bytes taken; the destination has room for <see cref="MaxLength32"/>.</summary>
    public static int WriteUnsigned(Span<byte> destination, uint value)
    {
        var at = 0;
        for (; value >= 0x80; value >>= 7)
            destination[at++] = (byte)(value | 0x80);
        destination[at++] = (byte)value;
        return at;
    }

    /// <summary>Writes an unsigned number and returns the bytes taken; the destination has room for <see cref="MaxLength64"/>.</summary>
    public static int WriteUnsigned(Span<byte> destination, ulong value)
    {
        var at = 0;
        for (; value >= 0x80; value >>= 7)
            destination[at++] = (byte)(value | 0x80);
        destination[at++] = (byte)value;
        return at;
    }

    /// <summary>Writes a zig-zagged number and returns the bytes taken.</summary>
    public static int Write(Span<byte> destination, int value) => WriteUnsigned(destination, ZigZag(value));

    /// <summary>Writes a zig-zagged number and returns the bytes taken.</summary>
    public static int Write(Span<byte> destination, long value) => WriteUnsigned(destination, ZigZag(value));

    /// <summary>Reads an unsigned number; the bytes taken, or 0 when they run out or mean more than 32 bits.</summary>
    public static int ReadUnsigned(ReadOnlySpan<byte> source, out uint value)
    {
        value = 0;
        for (var i = 0; i < MaxLength32 && i < source.Length; i++)
        {
            uint part = source[i];
            if (i == MaxLength32 - 1 && part > 0x0f)
                return 0;

            value |= (part & 0x7f) << (7 * i);
            if (part < 0x80)
                return i + 1;
        }

        return 0;
    }

    /// <summary>Reads an unsigned number; the bytes taken, or 0 when they run out or mean more than 64 bits.</summary>
    public static int ReadUnsigned(ReadOnlySpan<byte> source, out ulong value)
    {
        value = 0;
        for (var i = 0; i < MaxLength64 && i < source.Length; i++)
        {
            ulong part = source[i];
            if (i == MaxLength64 - 1 && part > 0x01)
                return 0;

            value |= (part & 0x7f) << (7 * i);
            if (part < 0x80)
                return i + 1;
        }

        return 0;
    }

    /// <summary>Reads a zig-zagged number; the bytes taken, or 0 when there is none.</summary>
    public static int Read(ReadOnlySpan<byte> source, out int value)
    {
        var length = ReadUnsigned(source, out uint raw);
        value = (int)(raw >> 1) ^ -(int)(raw & 1);
        return length;
    }

    /// <summary>Reads a zig-zagged number; the bytes taken, or 0 when there is none.</summary>
    public static int Read(ReadOnlySpan<byte> source, out long value)
    {
        var length = ReadUnsigned(source, out ulong raw);
        value = (long)(raw >> 1) ^ -(long)(raw & 1);
        return length;
    }

    private static uint ZigZag(int value) => (uint)((value << 1) ^ (value >> 31));

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));
}
