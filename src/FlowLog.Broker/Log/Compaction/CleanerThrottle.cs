namespace FlowLog.Broker.Log.Compaction;

/// <summary>
/// Holds the cleaner back to so many bytes a second, read and written and by all its threads together
/// (<c>log.cleaner.io.max.bytes.per.second</c>). Thread-safe.
/// </summary>
/// <param name="clock">Says how long it was held back already.</param>
/// <param name="wait">Blocks the cleaner's thread.</param>
internal sealed class CleanerThrottle(TimeProvider clock, Action<TimeSpan, CancellationToken> wait)
{
    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private readonly long _started = clock.GetTimestamp();
    private TimeSpan _freeAt;

    /// <summary>The limit. Default none.</summary>
    public double BytesPerSecond { get; set; } = double.MaxValue;

    /// <summary>Bytes were read or written; comes back when as many more may be. What was not used meanwhile is not saved up.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Used(long bytes, CancellationToken cancellation)
    {
        TimeSpan owed;
        lock (_gate)
        {
            var now = clock.GetElapsedTime(_started);
            _freeAt = (_freeAt > now ? _freeAt : now) + TimeSpan.FromSeconds(Math.Min(bytes / BytesPerSecond, 3600));
            owed = _freeAt - now;
        }

        if (owed < s_shortestWait)
            return;

        wait(owed, cancellation);
        cancellation.ThrowIfCancellationRequested();
    }
}
