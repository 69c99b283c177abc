namespace FlowLog.Streams.Linq;

/// <summary>C# query expressions over tables. The range variable is the row.</summary>
public static class TableQueries
{
    /// <summary><c>where</c>: <see cref="KTable{K, V}.Filter"/>.</summary>
    public static KTable<K, V> Where<K, V>(this KTable<K, V> table, Func<V, bool> predicate)
        where K : notnull
        where V : notnull => table.Filter((_, row) => predicate(row));

    /// <summary><c>select</c>: <see cref="KTable{K, V}.MapValues{R}(Func{V, R}, Store{K, R}, string)"/>.</summary>
    public static KTable<K, R> Select<K, V, R>(this KTable<K, V> table, Func<V, R> selector)
        where K : notnull
        where V : notnull
        where R : notnull => table.MapValues(selector);

    /// <summary><c>into g select g.Count()</c>: the function runs once, when the topology is built.</summary>
    public static KTable<K, R> Select<K, V, R>(this KGroupedTable<K, V> grouped, Func<KGroupedTable<K, V>, KTable<K, R>> aggregate)
        where K : notnull
        where V : notnull
        where R : notnull => aggregate(grouped);
}
