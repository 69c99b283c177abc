namespace FlowLog.Broker.Log.Segments;

/// <summary>The segments of a log, by base offset. Changed under the log's lock; readers take the array as it is at one instant.</summary>
internal sealed class SegmentList
{
    private volatile Segment[] _segments;

    /// <summary>A list of at least one segment, in order.</summary>
    public SegmentList(IEnumerable<Segment> segments)
    {
        _segments = [.. segments];
        if (_segments.Length == 0)
            throw new ArgumentException("A log has at least one segment.", nameof(segments));
    }

    /// <summary>All segments, in order. Never changes; take it once.</summary>
    public ReadOnlySpan<Segment> All => _segments;

    /// <summary>The segment that is appended to.</summary>
    public Segment Active => _segments[^1];

    /// <summary>The oldest segment.</summary>
    public Segment First => _segments[0];

    /// <summary>The place of the segment that holds an offset if any does: the last that starts at or below it, else the first.</summary>
    public static int IndexFor(ReadOnlySpan<Segment> segments, long offset)
    {
        var (low, high) = (0, segments.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (segments[middle].BaseOffset <= offset)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    /// <summary>Whether a segment is one of these.</summary>
    public bool Contains(Segment segment) => Array.IndexOf(_segments, segment) >= 0;

    /// <summary>The place of segments that lie side by side; -1 when they do not (any more).</summary>
    public int IndexOf(ReadOnlySpan<Segment> run)
    {
        var segments = _segments;
        var index = Array.IndexOf(segments, run[0]);
        return index >= 0 && segments.AsSpan(index).StartsWith(run) ? index : -1;
    }

    /// <summary>A new active segment.</summary>
    public void Add(Segment segment) => _segments = [.. _segments, segment];

    /// <summary>Drops the oldest segments; at least one stays.</summary>
    public void RemoveFirst(int count) => _segments = _segments[count..];

    /// <summary>Drops the newest segments; at least one stays.</summary>
    public void RemoveLast(int count) => _segments = _segments[..^count];

    /// <summary>Puts one segment in the place of some that lie side by side.</summary>
    public void Replace(int index, int count, Segment replacement) =>
        _segments = [.. _segments[..index], replacement, .. _segments[(index + count)..]];

    /// <summary>Puts one segment in the place of all.</summary>
    public void ReplaceAll(Segment replacement) => _segments = [replacement];
}
