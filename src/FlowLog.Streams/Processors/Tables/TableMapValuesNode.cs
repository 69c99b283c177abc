namespace FlowLog.Streams.Processors.Tables;

/// <summary>Gives each row another value; a null result is a deletion. The mapper is not asked about deletions.</summary>
internal sealed class TableMapValuesNode<K, V, R>(Func<K, V, R> mapper, TableTraits traits) : TableNode<K, Change<V>, K, R>(traits)
    where K : notnull
{
    protected override void Process(in Record<K, Change<V>> record)
    {
        var key = record.Key!;
        var change = record.Value;
        var row = Mapped(key, change.New);
        if (!HasStore)
        {
            ForwardChange(record, key, row, SendsOldValues ? Mapped(key, change.Old) : Maybe<R>.None, record.TimestampMs, change.IsLatest);
            return;
        }

        var old = SendsOldValues && Store.TryGet(key, out var stored, out _) ? stored : Maybe<R>.None;
        StoreAndForward(record, key, row, old, record.TimestampMs, change.IsLatest);
    }

    private Maybe<R> Mapped(K key, Maybe<V> row) => row.HasValue ? mapper(key, row.Value) : Maybe<R>.None;
}
