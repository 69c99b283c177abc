using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FlowLog.Protocol.Records;

/// <summary>
/// CRC-32C (Castagnoli, reflected 0x82F63B78), the checksum of record batches and snapshots.
/// </summary>
/// <remarks>
/// <para>
/// Long input is <em>folded</em>: a checksum is the remainder of a polynomial division, so sixteen leading bytes may be replaced by a
/// congruent value further down, found by two carry-less multiplications with constants that depend on the distance only.
/// Several independent lanes fold at once (256 bytes a turn where 512-bit vectors are there, 64 otherwise) until sixteen bytes are
/// left that are congruent to everything before them; the checksum instruction finishes those and the tail.
/// </para>
/// <para>
/// In the reflected domain the product of two 64-bit registers comes out one bit off, which is why every constant stands for
/// x^(distance - 1) instead of x^distance.
/// </para>
/// </remarks>
public static class Crc32C
{
    private const int WideBlock = 256;
    private const int NarrowBlock = 64;

    // Distances in bits. The low half of a lane is 64 bits further from the end than its high half.
    private static readonly Vector128<ulong> s_foldBy16Bytes = FoldConstants(128);
    private static readonly Vector128<ulong> s_foldBy64Bytes = FoldConstants(512);
    private static readonly Vector128<ulong> s_foldBy256Bytes = FoldConstants(2048);

    /// <summary>The checksum of <paramref name="bytes"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => ~Update(uint.MaxValue, bytes);

    /// <summary>The checksum of what <paramref name="checksum"/> covers followed by <paramref name="bytes"/>.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes) => ~Update(~checksum, bytes);

    /// <summary>The plain loop over eight bytes at a time: the fallback, and what the tests compare the folding loops with.</summary>
    internal static uint UpdateByWords(uint register, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            register = BitOperations.Crc32C(register, MemoryMarshal.Read<ulong>(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var single in bytes)
            register = BitOperations.Crc32C(register, single);

        return register;
    }

    /// <summary>The loop over 64 bytes at a time, for machines with 128-bit carry-less multiplication only.</summary>
    internal static uint UpdateByNarrowFolding(uint register, ReadOnlySpan<byte> bytes)
    {
        ref var source = ref MemoryMarshal.GetReference(bytes);
        var by64 = s_foldBy64Bytes;
        var lane0 = Load128(ref source, 0) ^ Vector128.CreateScalar((ulong)register);
        var lane1 = Load128(ref source, 16);
        var lane2 = Load128(ref source, 32);
        var lane3 = Load128(ref source, 48);

        var position = NarrowBlock;
        for (; position <= bytes.Length - NarrowBlock; position += NarrowBlock)
        {
            lane0 = Fold(lane0, by64) ^ Load128(ref source, position);
            lane1 = Fold(lane1, by64) ^ Load128(ref source, position + 16);
            lane2 = Fold(lane2, by64) ^ Load128(ref source, position + 32);
            lane3 = Fold(lane3, by64) ^ Load128(ref source, position + 48);
        }

        var by16 = s_foldBy16Bytes;
        var all = Fold(Fold(Fold(lane0, by16) ^ lane1, by16) ^ lane2, by16) ^ lane3;
        return UpdateByWords(Finish(all), bytes[position..]);
    }

    /// <summary>The loop over 256 bytes at a time, for machines with 512-bit carry-less multiplication.</summary>
    internal static uint UpdateByWideFolding(uint register, ReadOnlySpan<byte> bytes)
    {
        ref var source = ref MemoryMarshal.GetReference(bytes);
        var by256 = Repeat(s_foldBy256Bytes);
        var lane0 = Load512(ref source, 0) ^ Vector512.CreateScalar((ulong)register);
        var lane1 = Load512(ref source, 64);
        var lane2 = Load512(ref source, 128);
        var lane3 = Load512(ref source, 192);

        var position = WideBlock;
        for (; position <= bytes.Length - WideBlock; position += WideBlock)
        {
            lane0 = Fold(lane0, by256) ^ Load512(ref source, position);
            lane1 = Fold(lane1, by256) ^ Load512(ref source, position + 64);
            lane2 = Fold(lane2, by256) ^ Load512(ref source, position + 128);
            lane3 = Fold(lane3, by256) ^ Load512(ref source, position + 192);
        }

        var by64 = Repeat(s_foldBy64Bytes);
        var quarter = Fold(Fold(Fold(lane0, by64) ^ lane1, by64) ^ lane2, by64) ^ lane3;
        for (; position <= bytes.Length - NarrowBlock; position += NarrowBlock)
            quarter = Fold(quarter, by64) ^ Load512(ref source, position);

        var by16 = s_foldBy16Bytes;
        var all = Fold(quarter.GetLower().GetLower(), by16) ^ quarter.GetLower().GetUpper();
        all = Fold(all, by16) ^ quarter.GetUpper().GetLower();
        all = Fold(all, by16) ^ quarter.GetUpper().GetUpper();
        return UpdateByWords(Finish(all), bytes[position..]);
    }

    private static uint Update(uint register, ReadOnlySpan<byte> bytes)
    {
        if (Pclmulqdq.V512.IsSupported && bytes.Length >= WideBlock)
            return UpdateByWideFolding(register, bytes);

        return Pclmulqdq.IsSupported && Sse42.X64.IsSupported && bytes.Length >= NarrowBlock
            ? UpdateByNarrowFolding(register, bytes)
            : UpdateByWords(register, bytes);
    }

    private static uint Finish(Vector128<ulong> congruent) =>
        BitOperations.Crc32C(BitOperations.Crc32C(0, congruent.GetElement(0)), congruent.GetElement(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Fold(Vector128<ulong> lane, Vector128<ulong> constants) =>
        Pclmulqdq.CarrylessMultiply(lane, constants, 0x00) ^ Pclmulqdq.CarrylessMultiply(lane, constants, 0x11);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Fold(Vector512<ulong> lanes, Vector512<ulong> constants) =>
        Pclmulqdq.V512.CarrylessMultiply(lanes, constants, 0x00) ^ Pclmulqdq.V512.CarrylessMultiply(lanes, constants, 0x11);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Load128(ref byte source, int position) =>
        Vector128.LoadUnsafe(ref source, (nuint)position).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Load512(ref byte source, int position) =>
        Vector512.LoadUnsafe(ref source, (nuint)position).AsUInt64();

    private static Vector512<ulong> Repeat(Vector128<ulong> constants)
    {
        var half = Vector256.Create(constants, constants);
        return Vector512.Create(half, half);
    }

    private static Vector128<ulong> FoldConstants(int distance) => Vector128.Create(
        (ulong)PowerOfX(distance + 64 - 1) << 32,
        (ulong)PowerOfX(distance - 1) << 32);

    /// <summary>x^<paramref name="exponent"/> modulo the polynomial, reflected: bit 31 is the coefficient of x^0.</summary>
    private static uint PowerOfX(int exponent)
    {
        const uint reflectedPolynomial = 0x82F63B78;
        var power = 0x8000_0000u;
        for (var step = 0; step < exponent; step++)
            power = (power >> 1) ^ ((power & 1) == 0 ? 0 : reflectedPolynomial);

        return power;
    }
}
