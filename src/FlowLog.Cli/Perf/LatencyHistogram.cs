using System.Numerics;

namespace FlowLog.Cli.Perf;

/// <summary>
/// Counts of durations in microseconds, in buckets no wider than 0.8 % of their value, so that percentiles cost no memory per record. One writer at a time.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBucketBits = 7;
    private const int SubBuckets = 1 << SubBucketBits;

    private readonly long[] _counts = new long[SubBuckets * (65 - SubBucketBits)];
    private double _sum;

    public long Count { get; private set; }

    /// <summary>Longest duration in microseconds, exactly.</summary>
    public long Max { get; private set; }

    /// <summary>Mean in microseconds, exactly; 0 without any.</summary>
    public double Mean => Count == 0 ? 0 : _sum / Count;

    public void Add(long microseconds)
    {
        microseconds = Math.Max(0, microseconds);
        _counts[BucketOf(microseconds)]++;
        Count++;
        _sum += microseconds;
        Max = Math.Max(Max, microseconds);
    }

    public void Add(LatencyHistogram others)
    {
        for (var bucket = 0; bucket < _counts.Length; bucket++)
            _counts[bucket] += others._counts[bucket];
        Count += others.Count;
        _sum += others._sum;
        Max = Math.Max(Max, others.Max);
    }

    /// <summary>The duration that this share (0 to 1) of all did not exceed, in microseconds; 0 without any.</summary>
    public long Percentile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        for (int bucket = 0, last = _counts.Length; bucket < last; bucket++)
        {
            rank -= _counts[bucket];
            if (rank <= 0)
                return Math.Min(Max, HighestOf(bucket));
        }

        return Max;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        (Count, Max, _sum) = (0, 0, 0);
    }

    // Up to 2 * SubBuckets every value has a bucket; above, each power of two is cut into SubBuckets of them.
    private static int BucketOf(long value)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)value | 1) - SubBucketBits);
        return (shift * SubBuckets) + (int)(value >> shift);
    }

    private static long HighestOf(int bucket)
    {
        var shift = Math.Max(0, (bucket / SubBuckets) - 1);
        return ((long)(bucket - (shift * SubBuckets) + 1) << shift) - 1;
    }
}
