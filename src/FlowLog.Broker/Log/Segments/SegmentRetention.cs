namespace FlowLog.Broker.Log.Segments;

/// <summary>Decides which segments have outlived their time. Changes nothing.</summary>
internal static class SegmentRetention
{
    /// <summary>How many of the oldest segments are due; all of them only when the active one holds something.</summary>
    public static int CountDue(ReadOnlySpan<Segment> segments, LogOptions options, long logStart, long logEnd, long bound, long now, out string why)
    {
        var deletes = options.CleanupPolicy.HasFlag(CleanupPolicy.Delete);
        var byTime = deletes && options.RetentionMs >= 0 ? Count(segments, logEnd, bound, segment => IsTooOld(segment, options.RetentionMs, now)) : 0;
        var surplus = deletes && options.RetentionBytes >= 0 ? SizeOf(segments) - options.RetentionBytes : 0;
        var bySize = surplus <= 0 ? 0 : Count(segments, logEnd, bound, segment => (surplus -= segment.Size) >= 0);
        var byStart = CountBelow(segments, logStart);
        why = byTime >= bySize && byTime >= byStart ? "retention.ms" : bySize >= byStart ? "retention.bytes" : "log start";
        return Math.Max(byStart, Math.Max(byTime, bySize));
    }

    private static int Count(ReadOnlySpan<Segment> segments, long logEnd, long bound, Predicate<Segment> isDue)
    {
        var count = 0;
        for (; count < segments.Length; count++)
        {
            var isActive = count == segments.Length - 1;
            var end = isActive ? logEnd : segments[count + 1].BaseOffset;
            if (end > bound || (isActive && segments[count].Size == 0) || !isDue(segments[count]))
                break;
        }

        return count;
    }

    private static int CountBelow(ReadOnlySpan<Segment> segments, long logStart)
    {
        var count = 0;
        while (count < segments.Length - 1 && segments[count + 1].BaseOffset <= logStart)
            count++;

        return count;
    }

    private static bool IsTooOld(Segment segment, long retentionMs, long now)
    {
        var newest = segment.LargestTimestamp is var largest and >= 0 ? largest : segment.CreatedAt;
        return now - newest > retentionMs;
    }

    private static long SizeOf(ReadOnlySpan<Segment> segments)
    {
        var size = 0L;
        foreach (var segment in segments)
            size += segment.Size;

        return size;
    }
}
