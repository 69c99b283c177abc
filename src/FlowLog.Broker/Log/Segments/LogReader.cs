using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Log.Segments;

/// <summary>Finds batches, records and aborted transactions. Holds no lock while it touches files.</summary>
internal static class LogReader
{
    /// <summary>The batches from the one that holds an offset on, below a bound.</summary>
    public static FileRegion? Read(ReadOnlySpan<Segment> segments, long offset, int maxBytes, long upperBound, bool atLeastOneBatch)
    {
        for (var index = SegmentList.IndexFor(segments, offset); index < segments.Length; index++)
        {
            var segment = segments[index];
            if (segment.BaseOffset >= upperBound && segment.BaseOffset > offset)
                return null;

            if (!segment.TryFindBatch(offset, out var first) || first.BaseOffset >= upperBound)
                continue;

            var isLast = index == segments.Length - 1;
            var nextBase = isLast ? long.MaxValue : segments[index + 1].BaseOffset;
            var end = upperBound >= nextBase ? segment.Size : segment.EndPositionBelow(upperBound);
            if (end <= first.Position || (first.Size > maxBytes && !atLeastOneBatch))
                return null;

            var counted = Math.Min(end - first.Position, Math.Max(maxBytes, first.Size));
            var length = counted == end - first.Position || counted == first.Size ? counted : WholeBatches(segment, first, counted);
            return new FileRegion(segment.OpenedFile(), first.Position, length, counted, first.BaseOffset, first.Size);
        }

        return null;
    }

    /// <summary>The first record at or behind an offset whose timestamp is at least the one given.</summary>
    public static OffsetLookup FindTimestamp(ReadOnlySpan<Segment> segments, long timestamp, long fromOffset, long upperBound, int byteBudget)
    {
        foreach (var segment in segments)
        {
            if (segment.LargestTimestamp < timestamp)
                continue;

            var found = FindTimestamp(segment, segment.PositionForTimestamp(timestamp), timestamp, fromOffset, byteBudget);
            if (found.IsFound)
                return found.Offset < upperBound ? found : OffsetLookup.None;
        }

        return OffsetLookup.None;
    }

    /// <summary>The first record that has the largest timestamp of all below a bound.</summary>
    public static OffsetLookup FindMaxTimestamp(ReadOnlySpan<Segment> segments, long fromOffset, long upperBound, int byteBudget)
    {
        Segment? latest = null;
        var largest = RecordBatch.NoTimestamp;
        foreach (var segment in segments)
        {
            var candidate = segment.BaseOffset >= upperBound ? RecordBatch.NoTimestamp : segment.LargestTimestampBelow(upperBound);
            if (candidate > largest)
                (latest, largest) = (segment, candidate);
        }

        // What a header says of its records need not be true: as in Kafka the record is not told by another time than the one that was looked for.
        var found = latest is null ? OffsetLookup.None : FindTimestamp(latest, latest.PositionForTimestamp(largest), largest, fromOffset, byteBudget);
        return found.Timestamp == largest ? found : OffsetLookup.None;
    }

    /// <summary>The aborted transactions that overlap a range.</summary>
    public static List<AbortedTransaction> AbortedTransactions(ReadOnlySpan<Segment> segments, long fromOffset, long toOffset)
    {
        var found = new List<AbortedTransaction>();
        for (var index = SegmentList.IndexFor(segments, fromOffset); index < segments.Length; index++)
        {
            if (!segments[index].CollectAborted(fromOffset, toOffset, found))
                break;
        }

        return found;
    }

    /// <summary>How many bytes the batches take that lie whole within a number of bytes, the first one being among them.</summary>
    private static int WholeBatches(Segment segment, in BatchLocation first, int bytes)
    {
        var limit = first.Position + bytes;
        using var batches = new BatchScanner(segment.OpenedFile(), Math.Max(first.End, segment.IndexedPositionWithin(limit)), limit, BatchScanner.LookUpBlock);
        while (batches.MoveNext())
            continue;

        return (int)batches.NextPosition - first.Position;
    }

    private static OffsetLookup FindTimestamp(Segment segment, int position, long timestamp, long fromOffset, int byteBudget)
    {
        using var content = new BatchContent();
        using var batches = new BatchScanner(segment.OpenedFile(), position, segment.Size, BatchScanner.LookUpBlock);
        while (batches.MoveNext())
        {
            var header = batches.Header;
            if (header.MaxTimestamp < timestamp || header.LastOffset < fromOffset)
                continue;

            if (content.Open(header, batches.Batch(), byteBudget, out var records) != DecompressionProblem.None)
                return OffsetLookup.None;

            while (records.MoveNext())
            {
                if (records.Current.Timestamp >= timestamp && records.Current.Offset >= fromOffset)
                    return new OffsetLookup(records.Current.Offset, records.Current.Timestamp, header.LeaderEpoch);
            }
        }

        return OffsetLookup.None;
    }
}
