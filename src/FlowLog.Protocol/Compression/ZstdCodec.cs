using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace FlowLog.Protocol.Compression;

/// <summary>Zstandard frames.</summary>
internal static unsafe class ZstdCodec
{
    private const int DefaultLevel = 3;
    private const int LowestLevel = -131072;
    private const int HighestLevel = 22;

    /// <summary>128 MiB of history, the most that level 22 asks for: frames that want more are refused before they get it.</summary>
    private const int LargestWindowLog = 27;

    /// <summary>An announced size is believed at once up to here; beyond it the output grows as it comes.</summary>
    private const int TrustedSize = 1024 * 1024;

    [ThreadStatic]
    private static CompressionContext? compressor;

    [ThreadStatic]
    private static DecompressionContext? decompressor;

    public static void Compress(int level, ReadOnlySpan<byte> source, IBufferWriter<byte> target)
    {
        try
        {
            compressor ??= new CompressionContext();
            var room = target.GetSpan((int)ZstdLibrary.CompressBound((nuint)source.Length));
            fixed (byte* input = source)
            fixed (byte* output = room)
            {
                var written = ZstdLibrary.Compress(
                    compressor.DangerousGetHandle(),
                    output,
                    (nuint)room.Length,
                    input,
                    (nuint)source.Length,
                    level == Compressor.DefaultLevel ? DefaultLevel : Math.Clamp(level, LowestLevel, HighestLevel));
                if (ZstdLibrary.IsError(written) != 0)
                    throw new InvalidOperationException("libzstd refused to compress into a buffer of the size that it asked for.");

                target.Advance((int)written);
            }
        }
        catch (DllNotFoundException missing)
        {
            throw ZstdLibrary.Missing(missing);
        }
    }

    public static DecompressionProblem Decompress(ReadOnlySpan<byte> source, int byteBudget, PooledBuffer target)
    {
        try
        {
            decompressor ??= new DecompressionContext();
            var context = decompressor.DangerousGetHandle();
            fixed (byte* input = source)
            {
                var announced = ZstdLibrary.FrameContentSize(input, (nuint)source.Length);
                return announced <= TrustedSize && ZstdLibrary.FrameCompressedSize(input, (nuint)source.Length) == (nuint)source.Length
                    ? ReadFrame(context, source, (int)announced, byteBudget, target)
                    : ReadStream(context, source, new BoundedOutput(target, byteBudget));
            }
        }
        catch (DllNotFoundException missing)
        {
            throw ZstdLibrary.Missing(missing);
        }
    }

    /// <summary>One frame of a known small size: straight into the output, without a window.</summary>
    private static DecompressionProblem ReadFrame(nint context, ReadOnlySpan<byte> source, int announced, int byteBudget, PooledBuffer target)
    {
        if (announced > byteBudget)
            return DecompressionProblem.OverBudget;

        fixed (byte* input = source)
        fixed (byte* output = target.GetSpan(announced))
        {
            var written = ZstdLibrary.Decompress(context, output, (nuint)announced, input, (nuint)source.Length);
            if (ZstdLibrary.IsError(written) != 0)
                return DecompressionProblem.Malformed;

            target.Advance((int)written);
            return DecompressionProblem.None;
        }
    }

    private static DecompressionProblem ReadStream(nint context, ReadOnlySpan<byte> source, BoundedOutput output)
    {
        ZstdLibrary.Reset(context, ZstdLibrary.ResetSession);
        Span<byte> beyond = stackalloc byte[1];
        fixed (byte* start = source)
        {
            var input = new ZstdLibrary.Buffer { Start = start, Size = (nuint)source.Length };
            while (true)
            {
                var room = output.NextPiece();
                var isBeyond = room.IsEmpty;
                fixed (byte* into = isBeyond ? beyond : room)
                {
                    var piece = new ZstdLibrary.Buffer { Start = into, Size = (nuint)(isBeyond ? 1 : room.Length) };
                    var before = input.Position;
                    var hint = ZstdLibrary.DecompressStream(context, &piece, &input);
                    if (ZstdLibrary.IsError(hint) != 0)
                        return DecompressionProblem.Malformed;

                    if (isBeyond && piece.Position > 0)
                        return DecompressionProblem.OverBudget;

                    output.Advance((int)piece.Position);
                    if (hint == 0 && input.Position == input.Size)
                        return DecompressionProblem.None;

                    if (piece.Position == 0 && input.Position == before)
                        return DecompressionProblem.Malformed;
                }
            }
        }
    }

    private sealed class CompressionContext : SafeHandleZeroOrMinusOneIsInvalid
    {
        public CompressionContext()
            : base(ownsHandle: true) => SetHandle(ZstdLibrary.CreateCompressor());

        protected override bool ReleaseHandle() => ZstdLibrary.FreeCompressor(handle) == 0;
    }

    private sealed class DecompressionContext : SafeHandleZeroOrMinusOneIsInvalid
    {
        public DecompressionContext()
            : base(ownsHandle: true)
        {
            SetHandle(ZstdLibrary.CreateDecompressor());
            ZstdLibrary.SetParameter(handle, ZstdLibrary.LargestWindowLog, LargestWindowLog);
        }

        protected override bool ReleaseHandle() => ZstdLibrary.FreeDecompressor(handle) == 0;
    }
}
