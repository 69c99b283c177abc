using System.Runtime.InteropServices;

namespace FlowLog.Protocol.Compression;

/// <summary>The C interface of libsnappy.</summary>
internal static unsafe partial class SnappyLibrary
{
    private const string Library = "libsnappy.so.1";

    public static CodecUnavailableException Missing(DllNotFoundException why) => new(Codec.Snappy, Library, "libsnappy1v5", why);

    [LibraryImport(Library, EntryPoint = "snappy_compress")]
    public static partial int Compress(byte* input, nuint inputLength, byte* compressed, nuint* compressedLength);

    [LibraryImport(Library, EntryPoint = "snappy_uncompress")]
    public static partial int Uncompress(byte* compressed, nuint compressedLength, byte* uncompressed, nuint* uncompressedLength);

    [LibraryImport(Library, EntryPoint = "snappy_uncompressed_length")]
    public static partial int UncompressedLength(byte* compressed, nuint compressedLength, nuint* result);

    [LibraryImport(Library, EntryPoint = "snappy_max_compressed_length")]
    public static partial nuint MaxCompressedLength(nuint sourceLength);
}
