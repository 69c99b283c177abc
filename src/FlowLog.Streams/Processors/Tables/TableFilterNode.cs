namespace FlowLog.Streams.Processors.Tables;

/// <summary>Keeps the rows that a predicate holds for; a row that no longer passes is deleted downstream. The predicate is not asked about deletions.</summary>
internal sealed class TableFilterNode<K, V>(Func<K, V, bool> predicate, bool negate, TableTraits traits) : TableNode<K, Change<V>, K, V>(traits)
    where K : notnull
{
    protected override void Process(in Record<K, Change<V>> record)
    {
        var key = record.Key!;
        var change = record.Value;
        var row = Passing(key, change.New);
        var old = Old(key, change);

        // Where old rows are known, one that neither was nor is to be seen need not be deleted.
        if (SendsOldValues && !old.HasValue && !row.HasValue)
            return;

        if (HasStore)
            StoreAndForward(record, key, row, old, record.TimestampMs, change.IsLatest);
        else
            ForwardChange(record, key, row, old, record.TimestampMs, change.IsLatest);
    }

    private Maybe<V> Old(K key, Change<V> change)
    {
        if (!SendsOldValues)
            return Maybe<V>.None;

        if (!HasStore)
            return Passing(key, change.Old);

        return Store.TryGet(key, out var stored, out _) ? stored : Maybe<V>.None;
    }

    private Maybe<V> Passing(K key, Maybe<V> row) => row.HasValue && predicate(key, row.Value) != negate ? row : Maybe<V>.None;
}
