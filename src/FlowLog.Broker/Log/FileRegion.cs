using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log;

/// <summary>Batches where they lie: a part of a segment's file, to be sent without a copy.</summary>
/// <param name="file">The segment's file; hold it (<see cref="IFile.TryHold"/>) where the region outlives the request.</param>
/// <param name="position">Where the first batch starts.</param>
/// <param name="length">Bytes; the last batch may be cut off.</param>
/// <param name="firstOffset">Base offset of the first batch, at or before the offset that was asked for.</param>
/// <param name="firstBatchLength">Bytes of the first batch, which is never cut off.</param>
internal sealed class FileRegion(IFile file, long position, int length, long firstOffset, int firstBatchLength) : RecordSource
{
    /// <summary>The segment's file.</summary>
    public IFile File { get; } = file;

    /// <summary>Where the first batch starts.</summary>
    public long Position { get; } = position;

    /// <inheritdoc/>
    public override int Length { get; } = length;

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
