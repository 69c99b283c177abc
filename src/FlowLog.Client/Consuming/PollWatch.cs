namespace FlowLog.Client.Consuming;

/// <summary>Notices when the application has not polled for too long. Polling only writes a number; the timer looks at it now and then.</summary>
internal sealed class PollWatch : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly TimeSpan _limit;
    private readonly Action _tooLate;
    private readonly ITimer _timer;
    private long _lastPoll;

    public PollWatch(TimeProvider clock, TimeSpan limit, Action tooLate)
    {
        (_clock, _limit, _tooLate, _lastPoll) = (clock, limit, tooLate, clock.GetTimestamp());
        _timer = clock.CreateTimer(static watch => ((PollWatch)watch!).Look(), this, limit, Timeout.InfiniteTimeSpan);
    }

    public void Polled() => Volatile.Write(ref _lastPoll, _clock.GetTimestamp());

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var left = _limit - _clock.GetElapsedTime(Volatile.Read(ref _lastPoll));
        if (left <= TimeSpan.Zero)
        {
            _tooLate();
            left = _limit;
        }

        _timer.Change(left, Timeout.InfiniteTimeSpan);
    }
}
