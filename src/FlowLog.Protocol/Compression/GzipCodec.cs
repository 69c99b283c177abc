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

    private static ReadOnlySpan<byte> MemberMagic => [0x1F, 0x8B, 0x08];

    public static void Compress(int level, ReadOnlySpan<byte> source, IBufferWriter<byte> target)
    {
        var options = new ZLibCompressionOptions { CompressionLevel = level == Compressor.DefaultLevel ? DefaultLevel : Math.Clamp(level, 0, 9) };
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
                return problem == DecompressionProblem.None && !IsWhole(source, target.Length - start) ? DecompressionProblem.Malformed : problem;
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
    /// came out, or less when members are concatenated.
    /// </summary>
    private static bool IsWhole(ReadOnlySpan<byte> source, int length)
    {
        var announced = BinaryPrimitives.ReadUInt32LittleEndian(source[^sizeof(uint)..]);
        return announced == length || (announced < length && source[SmallestMember..].IndexOf(MemberMagic) >= 0);
    }
}
