namespace FlowLog.Broker.Log.Producers;

/// <summary>
/// The transactions that hold the last stable offset back: those still open, and those whose marker lies at or above the high
/// watermark and may yet be lost.
/// </summary>
internal sealed class OpenTransactions
{
    private readonly SortedSet<(long FirstOffset, long ProducerId)> _open = [];
    private readonly SortedDictionary<long, long> _uncommittedEnds = [];

    /// <summary>The first offset that is not decided for ever; null when all are.</summary>
    public long? FirstUnstableOffset
    {
        get
        {
            long? open = _open.Count == 0 ? null : _open.Min.FirstOffset;
            long? ended = _uncommittedEnds.Count == 0 ? null : _uncommittedEnds.First().Key;
            return open is { } first && ended is { } second ? Math.Min(first, second) : open ?? ended;
        }
    }

    public void Open(long firstOffset, long producerId) => _open.Add((firstOffset, producerId));

    /// <summary>A marker at <paramref name="lastOffset"/> ended a transaction. Returns the last stable offset as it is once that marker is committed.</summary>
    public long End(long firstOffset, long producerId, long lastOffset)
    {
        _open.Remove((firstOffset, producerId));
        _uncommittedEnds[firstOffset] = lastOffset;
        return _open.Count == 0 ? lastOffset + 1 : Math.Min(_open.Min.FirstOffset, lastOffset + 1);
    }

    /// <summary>Everything below an offset is committed: ended transactions there hold nothing back any more.</summary>
    public void Committed(long highWatermark)
    {
        while (_uncommittedEnds.Count > 0 && _uncommittedEnds.First() is var oldest && oldest.Value < highWatermark)
            _uncommittedEnds.Remove(oldest.Key);

        // An older transaction may end later than a younger one.
        if (_uncommittedEnds.Count > 1)
        {
            foreach (var first in _uncommittedEnds.Where(ended => ended.Value < highWatermark).Select(ended => ended.Key).ToArray())
                _uncommittedEnds.Remove(first);
        }
    }

    public void Clear()
    {
        _open.Clear();
        _uncommittedEnds.Clear();
    }
}
