using FlowLog.Broker.Log.Segments;

namespace FlowLog.Broker.Log.Compaction;

/// <summary>What of a log may be cleaned, and how much it needs it.</summary>
/// <param name="FirstDirty">Everything below it was cleaned before.</param>
/// <param name="End">Nothing at or behind it may be touched.</param>
/// <param name="CleanBytes">Bytes of the segments that were cleaned before.</param>
/// <param name="DirtyBytes">Bytes of the segments that were not.</param>
/// <param name="IsOverdue">Whether <c>max.compaction.lag.ms</c> is over for the oldest dirty record.</param>
internal readonly record struct CleanableRange(long FirstDirty, long End, long CleanBytes, long DirtyBytes, bool IsOverdue)
{
    /// <summary>Which part of the log is dirty, 0 to 1.</summary>
    public double DirtyRatio => DirtyBytes == 0 ? 0 : (double)DirtyBytes / (CleanBytes + DirtyBytes);

    /// <summary>Whether it is worth, or due.</summary>
    public bool Deserves(LogOptions options) => End > FirstDirty && DirtyBytes > 0 && (IsOverdue || DirtyRatio >= options.MinCleanableDirtyRatio);

    /// <summary>The range of a log: up to the last stable offset, the active segment and the first segment that is too young.</summary>
    public static CleanableRange Of(ReadOnlySpan<Segment> segments, long cleanedTo, long logStart, long lastStableOffset, LogOptions options, long now)
    {
        var active = segments[^1].BaseOffset;
        var first = cleanedTo >= logStart && cleanedTo <= active ? cleanedTo : logStart;
        var end = Math.Min(lastStableOffset, active);
        var range = new CleanableRange(first, end, 0, 0, false);
        for (var index = 0; index < segments.Length - 1 && segments[index].BaseOffset < range.End; index++)
        {
            var segment = segments[index];
            if (segments[index + 1].BaseOffset <= first)
                range = range with { CleanBytes = range.CleanBytes + segment.Size };
            else if (IsTooYoung(segment, options, now))
                return range with { End = Math.Max(first, segment.BaseOffset) };
            else
                range = range.WithDirty(segment, options, now);
        }

        return range;
    }

    private CleanableRange WithDirty(Segment segment, LogOptions options, long now) => this with
    {
        DirtyBytes = DirtyBytes + segment.Size,
        IsOverdue = IsOverdue || (options.MaxCompactionLagMs < long.MaxValue && segment.FirstTimestamp() is >= 0 and var oldest && now - oldest > options.MaxCompactionLagMs),
    };

    private static bool IsTooYoung(Segment segment, LogOptions options, long now) =>
        options.MinCompactionLagMs > 0 && segment.LargestTimestamp > now - options.MinCompactionLagMs;
}
