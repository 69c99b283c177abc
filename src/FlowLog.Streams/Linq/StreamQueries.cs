namespace FlowLog.Streams.Linq;

/// <summary>
/// C# query expressions over streams. The range variable is the value of the record: <c>where</c> and <c>select</c> keep the key, so a query needs no repartitioning
/// until it groups. Both ways to write build the same topology, and may be mixed.
/// </summary>
public static class StreamQueries
{
    /// <summary><c>where</c>: <see cref="KStream{K, V}.Filter(Func{V, bool}, string)"/>.</summary>
    public static KStream<K, V> Where<K, V>(this KStream<K, V> stream, Func<V, bool> predicate) => stream.Filter(predicate);

    /// <summary><c>select</c>: <see cref="KStream{K, V}.MapValues{R}(Func{V, R}, string)"/>.</summary>
    public static KStream<K, R> Select<K, V, R>(this KStream<K, V> stream, Func<V, R> selector) => stream.MapValues(selector);

    /// <summary>Several <c>from</c>: <see cref="KStream{K, V}.FlatMapValues{R}(Func{V, IEnumerable{R}}, string)"/>.</summary>
    public static KStream<K, R> SelectMany<K, V, R>(this KStream<K, V> stream, Func<V, IEnumerable<R>> selector) => stream.FlatMapValues(selector);

    /// <summary>Several <c>from</c>: each value with each of its elements.</summary>
    public static KStream<K, R> SelectMany<K, V, C, R>(this KStream<K, V> stream, Func<V, IEnumerable<C>> elements, Func<V, C, R> selector) =>
        stream.FlatMapValues(value => elements(value).Select(element => selector(value, element)));

    /// <summary><c>group … by</c> an element made of the value.</summary>
    public static KGroupedStream<K2, R> GroupBy<K, V, K2, R>(this KStream<K, V> stream, Func<V, K2> key, Func<V, R> element)
        where K2 : notnull => stream.Map((_, value) => (key(value), element(value))).GroupByKey();

    /// <summary><c>into g select g.Count()</c>: the function runs once, when the topology is built.</summary>
    public static KTable<K, R> Select<K, V, R>(this KGroupedStream<K, V> grouped, Func<KGroupedStream<K, V>, KTable<K, R>> aggregate)
        where K : notnull
        where R : notnull => aggregate(grouped);
}
