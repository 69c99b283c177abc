using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log;

/// <summary>Batches where they lie: a part of a segment's file, to be sent without a copy.</summary>
/// <param name="file">The segment's file; hold it (<see cref="IFile.TryHold"/>) where the region outlives the request.</param>
/// <param name="position">Where the first batch starts.</param>
/// <param name="length">Bytes, of whole batches.</param>
/// <param name="counted">What counts against limits: as <paramref name="length"/>, and the beginning of the next batch up to the limit.</param>
/// <param name="firstOffset">Base offset of the first batch, at or before the offset that was asked for.</param>
/// <param name="firstBatchLength">Bytes of the first batch, which is never cut off.</param>
internal sealed class FileRegion(IFile file, long position, int length, int counted, long firstOffset, int firstBatchLength) : RecordSource
{
    /// <summary>The segment's file.</summary>
    public IFile File { get; } = file;

    /// <summary>Where the first batch starts.</summary>
    public long Position { get; } = position;

    /// <inheritdoc/>
    public override int Length { get; } = length;

    /// <summary>
    /// Bytes up to the limit that was given. Kafka sends them all, and what a reader's limits and least amounts mean rests on it; but a batch that is cut off is thrown
    /// away and fetched again, up to a sixth of what arrives when five and a bit fit, so that it is not sent here.
    /// </summary>
    public int Counted { get; } = counted;

    /// <summary>Base offset of the first batch.</summary>
    public long FirstOffset { get; } = firstOffset;

    /// <summary>Bytes of the first batch.</summary>
    public int FirstBatchLength { get; } = firstBatchLength;

    /// <inheritdoc/>
    public override void CopyTo(Span<byte> destination)
    {
        var read = File.Read(Position, destination[..Length]);
        if (read < Length)
            throw new EndOfStreamException($"'{File.Path}' ends {Length - read} bytes before the end of a region that was read from it.");
    }
}
