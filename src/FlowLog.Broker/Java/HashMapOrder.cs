namespace FlowLog.Broker.Java;

/// <summary>
/// The order in which a <c>HashMap</c> of Java hands out what it holds. Kafka keeps much in such tables and walks through them, so that their order shows
/// outside: which of several errors is told, which protocol wins a tie of votes, who gets one partition more. FlowLog's answers are compared with Kafka's
/// field by field, and groups move from one to the other without being shuffled; therefore it comes to such things in the same order.
/// <para>
/// The rule: texts lie in buckets, and are handed out bucket by bucket, within a bucket in the order in which they came. There are 16 buckets, or the next power
/// of two of what the table was made for, and twice as many whenever more than three quarters of that number are held. The bucket is the lowest bits of the
/// text's hash (<see cref="JavaHash"/>), into which its upper half is folded.
/// </para>
/// </summary>
internal static class HashMapOrder
{
    private const int UsualBuckets = 16;
    private const double Load = 0.75;

    /// <summary>The things as a table hands them out into which they were put by their names, one after the other.</summary>
    /// <param name="things">The things.</param>
    /// <param name="name">The name of each.</param>
    /// <param name="leastBuckets">How many buckets the table was made for.</param>
    public static IEnumerable<T> Of<T>(IReadOnlyCollection<T> things, Func<T, string> name, int leastBuckets = UsualBuckets)
    {
        var buckets = 1;
        while (buckets < leastBuckets || things.Count > (int)(buckets * Load))
            buckets *= 2;

        return things.OrderBy(thing => BucketOf(JavaHash.Of(name(thing)), buckets));
    }

    /// <summary>Texts as a set hands them out that was made of all of them at once.</summary>
    public static IEnumerable<string> OfSet(IReadOnlyCollection<string> texts) => Of(texts, text => text, Math.Max(UsualBuckets, (int)(texts.Count / Load) + 1));

    private static int BucketOf(int hash, int buckets) => (hash ^ (hash >>> 16)) & (buckets - 1);
}
