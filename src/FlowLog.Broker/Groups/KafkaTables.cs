namespace FlowLog.Broker.Groups;

/// <summary>Where Kafka's hash tables put a text. What comes first in them comes first in some of its answers.</summary>
internal static class KafkaTables
{
    private const int LeastBuckets = 16;

    /// <summary>The bucket of a hash in a table of <paramref name="count"/> entries; tables are read in the order of their buckets.</summary>
    public static int BucketOf(int hash, int count)
    {
        var buckets = LeastBuckets;
        while (count > buckets / 4 * 3)
            buckets *= 2;

        return (hash ^ (hash >>> 16)) & (buckets - 1);
    }

    public static int HashOf(string text)
    {
        var hash = 0;
        foreach (var unit in text)
            hash = unchecked((31 * hash) + unit);

        return hash;
    }
}
