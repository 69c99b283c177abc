using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace FlowLog.Protocol.Compression;

/// <summary>gzip by the runtime's own zlib.</summary>
internal static unsafe class GzipCodec
{
    private const int DefaultLevel = 6;

    /// <summary>Header, an empty block, trailer.</summary>
    private const int SmallestMember = 20;

    /// <summary>Checksum and length.</summary>
    private const int TrailerSize = 8;

    private static ReadOnlySpan<byte> MemberMagic => [0x1F, 0x8B, 0x08];

    public static void Compress(int level, ReadOnlySpan<byte> source, IBufferWriter<byte> target)
    {
        var options = new ZLibCompressionOptions { CompressionLevel = level < 0 ? DefaultLevel : Math.Min(level, 9) };
        using var gzip = new GZipStream(new BufferWriterStream(target), options);
        gzip.Write(source);
    }

    public static DecompressionProblem Decompress(ReadOnlySpan<byte> source, int byteBudget, PooledBuffer target)
    {
        if (source.Length < SmallestMember)
            return DecompressionProblem.Malformed;

        var start = target.Length;
        try
        {
            fixed (byte* pinned = source)
            {
                using var input = new UnmanagedMemoryStream(pinned, source.Length);
                using var gzip = new GZipStream(input, CompressionMode.Decompress);
                var problem = ReadAll(gzip, new BoundedOutput(target, byteBudget));
                return problem == DecompressionProblem.None && !IsWhole(source, target.WrittenSpan[start..]) ? DecompressionProblem.Malformed : problem;
            }
        }
        catch (InvalidDataException)
        {
            return DecompressionProblem.Malformed;
        }
    }

    private static DecompressionProblem ReadAll(GZipStream gzip, BoundedOutput output)
    {
        while (true)
        {
            var room = output.NextPiece();
            if (room.IsEmpty)
            {
                Span<byte> beyond = stackalloc byte[1];
                return gzip.Read(beyond) == 0 ? DecompressionProblem.None : DecompressionProblem.OverBudget;
            }

            var read = gzip.Read(room);
            if (read == 0)
                return DecompressionProblem.None;

            output.Advance(read);
        }
    }

    /// <summary>
    /// The runtime takes a stream that is cut off for one that ends. The last member's trailer says how much it held: all that
    /// came out, or less when members are concatenated. What lies behind the trailer is nothing to either of us.
    /// </summary>
    private static bool IsWhole(ReadOnlySpan<byte> source, ReadOnlySpan<byte> output)
    {
        var announced = BinaryPrimitives.ReadUInt32LittleEndian(source[^sizeof(uint)..]);
        if (announced == output.Length || (announced < output.Length && source[SmallestMember..].IndexOf(MemberMagic) >= 0))
            return true;

        Span<byte> trailer = stackalloc byte[TrailerSize];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, Crc32.Compute(output));
        BinaryPrimitives.WriteInt32LittleEndian(trailer[sizeof(uint)..], output.Length);
        return source[(SmallestMember - TrailerSize)..].IndexOf(trailer) >= 0;
    }
}
