namespace FlowLog.Broker.Java;

/// <summary>
/// The order in which a <c>HashMap</c> of Java hands out what it holds. Kafka keeps much in such tables and walks through them, so that their order shows
/// outside: which of several errors is told, which protocol wins a tie of votes, who gets one partition more. FlowLog's answers are compared with Kafka's
/// field by field, and groups move from one to the other without being shuffled; therefore it comes to such things in the same order.
/// <para>
/// The rule: texts lie in buckets, and are handed out bucket by bucket, within a bucket in the order in which they came. There are 16 buckets, and twice
/// as many whenever more than three quarters of that number are held. The bucket is the lowest bits of the text's hash, into which its upper half is folded.
/// </para>
/// </summary>
internal static class HashMapOrder
{
    private const int FewestBuckets = 16;

    /// <summary>The things as a table hands them out into which they were put by their names, one after the other.</summary>
    public static IEnumerable<T> Of<T>(IReadOnlyCollection<T> things, Func<T, string> name) => InBuckets(things, name, things.Count);

    /// <summary>Texts as a set hands them out that was made of all of them at once: it keeps room for one more.</summary>
    public static IEnumerable<string> OfSet(IReadOnlyCollection<string> texts) => InBuckets(texts, text => text, texts.Count + 1);

    /// <summary>What Java's <c>hashCode</c> says of a text: the sum of its UTF-16 units, each times 31 to the power of how many follow it, in 32 bits.</summary>
    public static int HashOf(string text)
    {
        var hash = 0;
        foreach (var unit in text)
            hash = unchecked((31 * hash) + unit);

        return hash;
    }

    private static IEnumerable<T> InBuckets<T>(IReadOnlyCollection<T> things, Func<T, string> name, int room)
    {
        var buckets = FewestBuckets;
        while (room > buckets / 4 * 3)
            buckets *= 2;

        return things.OrderBy(thing => BucketOf(HashOf(name(thing)), buckets));
    }

    private static int BucketOf(int hash, int buckets) => (hash ^ (hash >>> 16)) & (buckets - 1);
}
