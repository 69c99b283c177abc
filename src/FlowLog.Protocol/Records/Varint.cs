using System.Numerics;
using System.Runtime.CompilerServices;

namespace FlowLog.Protocol.Records;

/// <summary>Zigzag variable-length integers as they stand inside records: seven bits a byte, low bits first.</summary>
internal static class Varint
{
    /// <summary>The most bytes that a 32-bit value takes.</summary>
    public const int MaxSize32 = 5;

    /// <summary>The most bytes that a 64-bit value takes.</summary>
    public const int MaxSize64 = 10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SizeOf(int value) => SizeOfUnsigned((uint)((value << 1) ^ (value >> 31)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SizeOf(long value) => SizeOfUnsigned((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Writes a value and returns the position after it. The caller made room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> target, int position, int value) => WriteUnsigned(target, position, (uint)((value << 1) ^ (value >> 31)));

    /// <inheritdoc cref="Write(Span{byte}, int, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> target, int position, long value) => WriteUnsigned(target, position, (ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Reads a 32-bit value and moves <paramref name="position"/> past it. False when it is cut short or longer than five bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> source, ref int position, out int value)
    {
        if ((uint)position < (uint)source.Length && source[position] < 0x80)
        {
            uint single = source[position++];
            value = (int)(single >> 1) ^ -(int)(single & 1);
            return true;
        }

        var read = TryReadLong(source, ref position, MaxSize32, out var raw);
        value = (int)((uint)raw >> 1) ^ -(int)(raw & 1);
        return read;
    }

    /// <summary>Reads a 64-bit value and moves <paramref name="position"/> past it. False when it is cut short or longer than ten bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> source, ref int position, out long value)
    {
        if ((uint)position < (uint)source.Length && source[position] < 0x80)
        {
            ulong single = source[position++];
            value = (long)(single >> 1) ^ -(long)(single & 1);
            return true;
        }

        var read = TryReadLong(source, ref position, MaxSize64, out var raw);
        value = (long)(raw >> 1) ^ -(long)(raw & 1);
        return read;
    }

    private static int SizeOfUnsigned(ulong value) => (70 - BitOperations.LeadingZeroCount(value | 1)) / 7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WriteUnsigned(Span<byte> target, int position, ulong value)
    {
        while (value >= 0x80)
        {
            target[position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[position] = (byte)value;
        return position + 1;
    }

    private static bool TryReadLong(ReadOnlySpan<byte> source, ref int position, int limit, out ulong raw)
    {
        raw = 0;
        for (var index = 0; index < limit; index++)
        {
            if ((uint)position >= (uint)source.Length)
                return false;

            ulong next = source[position++];
            raw |= (next & 0x7F) << (7 * index);
            if (next < 0x80)
                return true;
        }

        return false;
    }
}
