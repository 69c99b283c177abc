using System.Diagnostics;

namespace FlowLog.Runtime.Network.Reactors;

/// <summary>
/// Decides whether looking for work a little longer pays. Waking a halted processor costs more than a short spin, but a spin that finds nothing, or
/// that takes the processor from somebody with work, is waste: hits and misses are weighed, and being preempted stops it for a while.
/// </summary>
internal sealed class AdaptiveSpin(int microseconds)
{
    private const int BestScore = 16;
    private const int SkippedAfterMisses = 64;
    private const int SkippedAfterPreemption = 256;

    private readonly long _length = microseconds * Stopwatch.Frequency / 1_000_000;
    private readonly long _preempted = 200 * Stopwatch.Frequency / 1_000_000;
    private int _score = BestScore / 2;
    private int _skips;
    private long _until;
    private long _last;

    /// <summary>Whether to spin now. True starts the clock.</summary>
    public bool Begin()
    {
        if (_length == 0 || (_skips > 0 && _skips-- > 0))
            return false;

        _last = Stopwatch.GetTimestamp();
        _until = _last + _length;
        return true;
    }

    /// <summary>Whether to go round once more; false ends the spin as a miss.</summary>
    public bool Continue()
    {
        var now = Stopwatch.GetTimestamp();
        if (now - _last > _preempted)
            return Stop(SkippedAfterPreemption);

        _last = now;
        if (now < _until)
            return true;

        return --_score > 0 ? false : Stop(SkippedAfterMisses);
    }

    /// <summary>The spin found work.</summary>
    public void Found() => _score = Math.Min(BestScore, _score + 1);

    private bool Stop(int skips)
    {
        _score = 2;
        _skips = skips;
        return false;
    }
}
