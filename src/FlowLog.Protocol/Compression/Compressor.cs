using System.Buffers;

namespace FlowLog.Protocol.Compression;

/// <summary>Compresses the records of a batch.</summary>
public static class Compressor
{
    /// <summary>Lets the codec choose: gzip 6, zstd 3, lz4 the fast mode.</summary>
    public const int DefaultLevel = int.MinValue;

    /// <summary>
    /// Compresses <paramref name="source"/> behind what <paramref name="target"/> holds. Levels: gzip 0 to 9 and -1 for its default, lz4 1 to 17
    /// (from 3 on the slow mode), zstd -131072 to 22; snappy has none. Out-of-range levels are moved to the nearest.
    /// </summary>
    /// <exception cref="CodecUnavailableException">The codec's system library is missing.</exception>
    public static void Compress(Codec codec, int level, ReadOnlySpan<byte> source, IBufferWriter<byte> target)
    {
        switch (codec)
        {
            case Codec.None:
                target.Write(source);
                break;
            case Codec.Gzip:
                GzipCodec.Compress(level, source, target);
                break;
            case Codec.Snappy:
                SnappyCodec.Compress(source, target);
                break;
            case Codec.Lz4:
                Lz4Codec.Compress(level, source, target);
                break;
            case Codec.Zstd:
                ZstdCodec.Compress(level, source, target);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(codec), codec, "There is no such codec.");
        }
    }
}
