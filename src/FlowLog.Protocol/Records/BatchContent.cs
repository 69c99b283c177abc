using FlowLog.Protocol.Compression;

namespace FlowLog.Protocol.Records;

/// <summary>The records of a batch as plain bytes, decompressed where needed into a buffer that is used again for the next batch.</summary>
public sealed class BatchContent : IDisposable
{
    private readonly PooledBuffer _decompressed = new(mapsLarge: true);

    /// <summary>
    /// Opens a batch for reading. With <see cref="DecompressionProblem.None"/> <paramref name="records"/> walks it until the next
    /// call on this object. The checksum is the caller's to check.
    /// </summary>
    /// <param name="header">The batch's header.</param>
    /// <param name="batch">Exactly one batch, header included.</param>
    /// <param name="byteBudget">The most bytes that it may decompress to.</param>
    /// <param name="records">The records.</param>
    /// <exception cref="CodecUnavailableException">The codec's system library is missing.</exception>
    public DecompressionProblem Open(in BatchHeader header, ReadOnlySpan<byte> batch, int byteBudget, out RecordReader records)
    {
        var stored = batch[RecordBatch.HeaderSize..];
        if (header.Codec == Codec.None)
        {
            records = new RecordReader(header, stored);
            return DecompressionProblem.None;
        }

        _decompressed.Clear();
        var problem = stored.IsEmpty && header.RecordCount == 0
            ? DecompressionProblem.None
            : Decompressor.Decompress(header.Codec, stored, byteBudget, _decompressed);
        records = problem == DecompressionProblem.None ? new RecordReader(header, _decompressed.WrittenSpan) : default;
        return problem;
    }

    /// <summary>Gives the buffer back when a large batch left it with more than <paramref name="bytes"/>. Records read before are invalid.</summary>
    public void ReleaseAbove(int bytes)
    {
        if (_decompressed.Capacity > bytes)
            _decompressed.Dispose();
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose() => _decompressed.Dispose();
}
