using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace FlowLog.Protocol.Compression;

/// <summary>LZ4 frames of independent 64 KiB blocks without checksums of the content: what Java's reader accepts.</summary>
internal static unsafe class Lz4Codec
{
    private const int IndependentBlocks = 1;
    private const int Blocks64KiB = 4;
    private const int HighestLevel = 17;

    [ThreadStatic]
    private static Context? context;

    public static void Compress(int level, ReadOnlySpan<byte> source, IBufferWriter<byte> target)
    {
        var preferences = new Lz4Library.Preferences
        {
            BlockSizeId = Blocks64KiB,
            BlockMode = IndependentBlocks,
            CompressionLevel = level == Compressor.DefaultLevel ? 0 : Math.Clamp(level, 1, HighestLevel),
        };

        try
        {
            var room = target.GetSpan((int)Lz4Library.CompressFrameBound((nuint)source.Length, &preferences));
            fixed (byte* input = source)
            fixed (byte* output = room)
            {
                var written = Lz4Library.CompressFrame(output, (nuint)room.Length, input, (nuint)source.Length, &preferences);
                if (Lz4Library.IsError(written) != 0)
                    throw new InvalidOperationException("liblz4 refused to compress into a buffer of the size that it asked for.");

                target.Advance((int)written);
            }
        }
        catch (DllNotFoundException missing)
        {
            throw Lz4Library.Missing(missing);
        }
    }

    public static DecompressionProblem Decompress(ReadOnlySpan<byte> source, int byteBudget, PooledBuffer target)
    {
        try
        {
            context ??= new Context();
            Lz4Library.ResetDecompressionContext(context.DangerousGetHandle());
            return ReadFrame(context.DangerousGetHandle(), source, new BoundedOutput(target, byteBudget));
        }
        catch (DllNotFoundException missing)
        {
            throw Lz4Library.Missing(missing);
        }
    }

    private static DecompressionProblem ReadFrame(nint handle, ReadOnlySpan<byte> source, BoundedOutput output)
    {
        var expected = (nuint)1;
        Span<byte> beyond = stackalloc byte[1];
        fixed (byte* input = source)
        {
            nuint position = 0;
            while (true)
            {
                var room = output.NextPiece();
                var isBeyond = room.IsEmpty;
                fixed (byte* into = isBeyond ? beyond : room)
                {
                    var written = (nuint)(isBeyond ? 1 : room.Length);
                    var read = (nuint)source.Length - position;
                    expected = Lz4Library.Decompress(handle, into, &written, input + position, &read, null);
                    if (Lz4Library.IsError(expected) != 0)
                        return DecompressionProblem.Malformed;

                    if (isBeyond && written > 0)
                        return DecompressionProblem.OverBudget;

                    position += read;
                    output.Advance((int)written);
                    if (read == 0 && written == 0)
                        return DecompressionProblem.Malformed;
                }

                // Zero: the frame is complete. Java's reader looks at one, and not at what follows.
                if (expected == 0)
                    return DecompressionProblem.None;
            }
        }
    }

    /// <summary>One decompression context; a thread keeps its own, and its finalizer frees it.</summary>
    private sealed class Context : SafeHandleZeroOrMinusOneIsInvalid
    {
        public Context()
            : base(ownsHandle: true)
        {
            nint created;
            if (Lz4Library.IsError(Lz4Library.CreateDecompressionContext(&created, Lz4Library.FrameVersion)) != 0)
                throw new InvalidOperationException("liblz4 could not create a decompression context.");

            SetHandle(created);
        }

        protected override bool ReleaseHandle() => Lz4Library.IsError(Lz4Library.FreeDecompressionContext(handle)) == 0;
    }
}
