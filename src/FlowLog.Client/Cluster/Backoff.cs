using FlowLog.Runtime;

namespace FlowLog.Client.Cluster;

/// <summary>Waiting times between attempts: doubling from the first to the longest, give or take a fifth, so that clients spread.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, IRandomness random)
{
    private const int Doublings = 20;
    private const int JitterPercent = 20;

    /// <summary>The wait after so many failures in a row; none after none.</summary>
    public TimeSpan After(int failures)
    {
        if (failures <= 0)
            return TimeSpan.Zero;

        var plain = Math.Min(first.TotalMilliseconds * (1L << Math.Min(failures - 1, Doublings)), longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(plain * (100 - JitterPercent + random.NextInt32((2 * JitterPercent) + 1)) / 100);
    }
}
