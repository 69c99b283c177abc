namespace FlowLog.Streams.Processors.Tables;

/// <summary>
/// Folds the records of each key into a row. The initializer runs where there is no row, whatever the row's type; a null result deletes the row.
/// </summary>
internal sealed class AggregateNode<K, V, R>(Func<R> initializer, Func<K, V, R, R> aggregator, TableTraits traits) : TableNode<K, V, K, R>(traits)
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
        var exists = Store.TryGet(key, out var old, out var oldTime);
        var next = aggregator(key, record.Value!, exists ? old! : initializer());
        var time = exists ? Math.Max(record.TimestampMs, oldTime) : record.TimestampMs;
        StoreAndForward(record, key, next, exists ? old! : Maybe<R>.None, time);
    }
}
