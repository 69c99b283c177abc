using System.Buffers;
using System.Buffers.Binary;

namespace FlowLog.Protocol.Compression;

/// <summary>
/// Snappy. Java writes (and wants) the xerial stream: sixteen bytes of header, then blocks, each behind its int32 length. Some
/// clients send one bare block instead; both are read.
/// </summary>
internal static unsafe class SnappyCodec
{
    private const int BlockSize = 32 * 1024;
    private const int StreamHeaderSize = 16;
    private const int XerialVersion = 1;

    private static ReadOnlySpan<byte> Magic => [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0];

    public static void Compress(ReadOnlySpan<byte> source, IBufferWriter<byte> target)
    {
        var header = target.GetSpan(StreamHeaderSize);
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header[8..], XerialVersion);
        BinaryPrimitives.WriteInt32BigEndian(header[12..], XerialVersion);
        target.Advance(StreamHeaderSize);

        while (!source.IsEmpty)
        {
            var block = source[..Math.Min(source.Length, BlockSize)];
            CompressBlock(block, target);
            source = source[block.Length..];
        }
    }

    public static DecompressionProblem Decompress(ReadOnlySpan<byte> source, int byteBudget, PooledBuffer target)
    {
        var output = new BoundedOutput(target, byteBudget);
        if (!source.StartsWith(Magic))
            return DecompressBlock(source, target, output);

        if (source.Length < StreamHeaderSize)
            return DecompressionProblem.Malformed;

        for (source = source[StreamHeaderSize..]; !source.IsEmpty;)
        {
            // Streams may be concatenated: a header in the place of a length starts the next one.
            if (source.StartsWith(Magic) && source.Length >= StreamHeaderSize)
            {
                source = source[StreamHeaderSize..];
                continue;
            }

            // Java's reader takes less than a length for the end.
            if (!BinaryPrimitives.TryReadInt32BigEndian(source, out var length))
                return DecompressionProblem.None;

            if (length < 0 || length > source.Length - sizeof(int))
                return DecompressionProblem.Malformed;

            var problem = DecompressBlock(source.Slice(sizeof(int), length), target, output);
            if (problem != DecompressionProblem.None)
                return problem;

            source = source[(sizeof(int) + length)..];
        }

        return DecompressionProblem.None;
    }

    private static void CompressBlock(ReadOnlySpan<byte> block, IBufferWriter<byte> target)
    {
        try
        {
            var length = SnappyLibrary.MaxCompressedLength((nuint)block.Length);
            var room = target.GetSpan(sizeof(int) + (int)length);
            fixed (byte* input = block)
            fixed (byte* output = room[sizeof(int)..])
            {
                if (SnappyLibrary.Compress(input, (nuint)block.Length, output, &length) != 0)
                    throw new InvalidOperationException("libsnappy refused to compress into a buffer of the size that it asked for.");
            }

            BinaryPrimitives.WriteInt32BigEndian(room, (int)length);
            target.Advance(sizeof(int) + (int)length);
        }
        catch (DllNotFoundException missing)
        {
            throw SnappyLibrary.Missing(missing);
        }
    }

    private static DecompressionProblem DecompressBlock(ReadOnlySpan<byte> block, PooledBuffer target, BoundedOutput output)
    {
        try
        {
            fixed (byte* input = block)
            {
                nuint length;
                if (block.IsEmpty || SnappyLibrary.UncompressedLength(input, (nuint)block.Length, &length) != 0)
                    return DecompressionProblem.Malformed;

                // An element of three bytes makes at most 64: what announces more than that lies, and gets no memory.
                if (length > (nuint)block.Length * 64)
                    return DecompressionProblem.Malformed;

                if (length > (nuint)output.Left)
                    return DecompressionProblem.OverBudget;

                var room = target.GetSpan((int)length);
                fixed (byte* into = room)
                {
                    if (SnappyLibrary.Uncompress(input, (nuint)block.Length, into, &length) != 0)
                        return DecompressionProblem.Malformed;
                }

                target.Advance((int)length);
                return DecompressionProblem.None;
            }
        }
        catch (DllNotFoundException missing)
        {
            throw SnappyLibrary.Missing(missing);
        }
    }
}
