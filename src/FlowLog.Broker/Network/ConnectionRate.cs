namespace FlowLog.Broker.Network;

/// <summary>
/// How fast connections come, measured as Kafka measures: over eleven windows of a second, and as if at least ten had passed, so that a burst of ten seconds' worth is free.
/// Not thread-safe.
/// </summary>
internal sealed class ConnectionRate
{
    private const int WindowMs = 1000;
    private const int Windows = 11;

    private readonly Queue<Window> _windows = new();
    private Window? _last;
    private long _total;

    /// <summary>Counts a connection, and tells for how long it must wait so that the rate is kept.</summary>
    /// <param name="perSecond">The rate.</param>
    /// <param name="now">Milliseconds.</param>
    public TimeSpan Record(int perSecond, long now)
    {
        while (_windows.TryPeek(out var first) && first.Start + (Windows * WindowMs) <= now)
            _total -= _windows.Dequeue().Count;

        if (_windows.Count == 0 || now - _last!.Start >= WindowMs)
            _windows.Enqueue(_last = new Window { Start = now });

        _last.Count++;
        _total++;
        var elapsed = now - _windows.Peek().Start;
        elapsed += Math.Max(0, Windows - 1 - (elapsed / WindowMs)) * WindowMs;
        var allowed = perSecond * (elapsed / 1000.0);
        if (_total <= allowed)
            return TimeSpan.Zero;

        return TimeSpan.FromMilliseconds(perSecond == 0 ? Windows * WindowMs : Math.Min(Windows * WindowMs, Math.Round(((_total / allowed) - 1) * elapsed)));
    }

    private sealed class Window
    {
        public long Start { get; init; }

        public int Count { get; set; }
    }
}
