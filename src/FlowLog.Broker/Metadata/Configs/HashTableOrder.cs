namespace FlowLog.Broker.Metadata.Configs;

/// <summary>The order in which Kafka comes to texts that it keeps in a hash table: where several things are wrong it decides which is told.</summary>
internal static class HashTableOrder
{
    private const int LeastBuckets = 16;

    /// <summary>The things by the bucket of their names; in a bucket they stay as they are.</summary>
    public static IEnumerable<T> Of<T>(IReadOnlyCollection<T> things, Func<T, string> name)
    {
        var buckets = LeastBuckets;
        while (things.Count > buckets / 4 * 3)
            buckets *= 2;
        return things.OrderBy(thing => BucketOf(name(thing), buckets));
    }

    private static int BucketOf(string name, int buckets)
    {
        var hash = 0;
        foreach (var unit in name)
            hash = unchecked((31 * hash) + unit);
        return (hash ^ (hash >>> 16)) & (buckets - 1);
    }
}
