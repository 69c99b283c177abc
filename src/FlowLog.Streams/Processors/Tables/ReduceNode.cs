namespace FlowLog.Streams.Processors.Tables;

/// <summary>Combines the records of each key; the first becomes the row as it is.</summary>
internal sealed class ReduceNode<K, V>(Func<V, V, V> reducer, TableTraits traits) : TableNode<K, V, K, V>(traits)
    where K : notnull
{
    protected override void Process(in Record<K, V> record)
    {
        if (!record.HasKey || !record.HasValue)
        {
            Task.CountDropped();
            return;
        }

        var key = record.Key!;
        if (Store.TryGet(key, out var old, out var oldTime))
            StoreAndForward(record, key, reducer(old, record.Value!), old, Math.Max(record.TimestampMs, oldTime));
        else
            StoreAndForward(record, key, record.Value!, Maybe<V>.None, record.TimestampMs);
    }
}
