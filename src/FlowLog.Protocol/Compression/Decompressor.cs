namespace FlowLog.Protocol.Compression;

/// <summary>Decompresses the records of a batch, never beyond a budget.</summary>
public static class Decompressor
{
    /// <summary>
    /// Decompresses all of <paramref name="source"/> behind what <paramref name="target"/> holds, at most
    /// <paramref name="byteBudget"/> bytes. After a problem <paramref name="target"/> is as it was.
    /// </summary>
    /// <exception cref="CodecUnavailableException">The codec's system library is missing.</exception>
    public static DecompressionProblem Decompress(Codec codec, ReadOnlySpan<byte> source, int byteBudget, PooledBuffer target)
    {
        var start = target.Length;
        var problem = codec switch
        {
            Codec.None => Copy(source, byteBudget, target),
            Codec.Gzip => GzipCodec.Decompress(source, byteBudget, target),
            Codec.Snappy => SnappyCodec.Decompress(source, byteBudget, target),
            Codec.Lz4 => Lz4Codec.Decompress(source, byteBudget, target),
            Codec.Zstd => ZstdCodec.Decompress(source, byteBudget, target),
            _ => DecompressionProblem.UnknownCodec,
        };

        if (problem != DecompressionProblem.None)
            target.Truncate(start);

        return problem;
    }

    private static DecompressionProblem Copy(ReadOnlySpan<byte> source, int byteBudget, PooledBuffer target)
    {
        if (source.Length > byteBudget)
            return DecompressionProblem.OverBudget;

        target.Write(source);
        return DecompressionProblem.None;
    }
}
