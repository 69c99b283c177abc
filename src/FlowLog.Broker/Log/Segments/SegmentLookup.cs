using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log.Segments;

/// <summary>Finds batches by walking over the headers of a file from a place that an index gave. Locks nothing.</summary>
internal static class SegmentLookup
{
    /// <summary>The first batch that ends at or behind an offset; false when there is none.</summary>
    public static bool TryFindBatch(IFile file, int start, int size, long offset, out BatchLocation batch)
    {
        using var batches = new BatchScanner(file, start, size, BatchScanner.LookUpBlock);
        while (batches.MoveNext())
        {
            if (batches.Header.LastOffset >= offset)
            {
                batch = new BatchLocation((int)batches.Position, (int)batches.NextPosition, batches.Header.BaseOffset);
                return true;
            }
        }

        batch = default;
        return false;
    }

    /// <summary>The offset after the last batch that ends below an offset; null when there is none.</summary>
    public static long? EndOffsetBelow(IFile file, int start, int size, long offset)
    {
        long? end = null;
        using var batches = new BatchScanner(file, start, size, BatchScanner.LookUpBlock);
        while (batches.MoveNext() && batches.Header.LastOffset < offset)
            end = batches.Header.LastOffset + 1;

        return end;
    }

    /// <summary>The largest timestamp of all batches, -1 when there is none.</summary>
    public static long LargestTimestamp(IFile file, int size)
    {
        var found = RecordBatch.NoTimestamp;
        using var batches = new BatchScanner(file, 0, size, BatchScanner.LookUpBlock);
        while (batches.MoveNext())
            found = Math.Max(found, batches.Header.MaxTimestamp);

        return found;
    }

    /// <summary>The timestamp of the first batch; null when there is none.</summary>
    public static long? TimestampOfFirstBatch(IFile file, int size)
    {
        using var batches = new BatchScanner(file, 0, size, RecordBatch.HeaderSize);
        return batches.MoveNext() ? batches.Header.MaxTimestamp : null;
    }
}
