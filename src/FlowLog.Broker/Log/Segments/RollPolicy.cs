using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Log.Segments;

/// <summary>Decides when a segment is ended and the next one begun. Changes nothing.</summary>
internal static class RollPolicy
{
    /// <summary>Whether appending would break a limit of size, time, index or offsets.</summary>
    public static bool MustRollFor(
        LogOptions options, SegmentTail tail, SegmentIndexes indexes, long baseOffset, long createdAt, int bytes, long largestTimestamp, long lastOffset, long now) =>
        tail.Size > options.SegmentBytes - bytes
            || (tail.Size > 0 && TimeWaited(tail, createdAt, largestTimestamp, now) > LongestWait(options))
            || indexes.AreFull(options.IndexBytes)
            || lastOffset - baseOffset > int.MaxValue;

    /// <summary>Whether a segment holds something and is older than it may become, however little comes after.</summary>
    public static bool IsTimeUp(LogOptions options, SegmentTail tail, long createdAt, long now) =>
        tail.Size > 0 && now - Math.Max(createdAt, tail.FirstTimestamp ?? RecordBatch.NoTimestamp) > LongestWait(options);

    private static long LongestWait(LogOptions options) => options.RollMs - options.SegmentJitterMs;

    /// <summary>By the timestamps of the records where they have any, as they would be counted were the log written anew.</summary>
    private static long TimeWaited(SegmentTail tail, long createdAt, long largestTimestamp, long now) =>
        tail.FirstTimestamp is { } first && first >= 0 ? largestTimestamp - first : now - createdAt;
}
