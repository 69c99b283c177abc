using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FlowLog.Cli.Perf;

/// <summary>When each of many records is due, so many a second; without a limit they all are at once.</summary>
internal sealed class Pacer(double perSecond)
{
    // A timer wakes up to this much late; being due is waited for with the clock from here on.
    private static readonly TimeSpan s_coarse = TimeSpan.FromMilliseconds(2);

    private readonly long _started = Stopwatch.GetTimestamp();

    public bool IsLimited => perSecond > 0;

    /// <summary>Timestamp at which a record is due, counted from 0.</summary>
    public long DueAt(long record) => IsLimited ? _started + (long)(record / perSecond * Stopwatch.Frequency) : _started;

    /// <summary>Time until a record is due; zero or less when it is.</summary>
    public TimeSpan Until(long record) => IsLimited ? Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), DueAt(record)) : TimeSpan.Zero;

    /// <summary>Waits until a record is due, to a millisecond or two: enough for a rate.</summary>
    public async ValueTask WaitAsync(long record, CancellationToken cancellation)
    {
        if (Until(record) is var left && left > TimeSpan.Zero)
            await Task.Delay(left > s_coarse ? left : s_coarse, cancellation);
    }

    /// <summary>Holds this thread until a record is due, to some microseconds: enough for a latency that is counted from that moment.</summary>
    public void Hold(long record)
    {
        if (Until(record) is var left && left > TimeSpan.Zero)
            PreciseSleep(left);
    }

    // The runtime's own sleep knows only milliseconds.
    private static void PreciseSleep(TimeSpan time)
    {
        var left = new TimeSpec { Seconds = (long)time.TotalSeconds, Nanoseconds = time.Ticks % TimeSpan.TicksPerSecond * 100 };
        _ = NanoSleep(left, out _);
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    private static extern int NanoSleep(in TimeSpec time, out TimeSpec left);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
