namespace FlowLog.Streams.Processors.Tables;

/// <summary>Combines rows that come and go; the first becomes the aggregate as it is.</summary>
internal sealed class GroupedTableReduceNode<K, V>(Func<V, V, V> adder, Func<V, V, V> subtractor, TableTraits traits) : TableNode<K, Change<V>, K, V>(traits)
    where K : notnull
{
    protected override void Process(in Record<K, Change<V>> record)
    {
        if (!record.HasKey)
            throw new StreamsException($"Record key for KTable reduce operator with state {Store.Name} should not be null.");

        var key = record.Key!;
        var change = record.Value;
        var exists = Store.TryGet(key, out var stored, out var storedTime);
        var old = exists ? stored! : Maybe<V>.None;
        var touches = exists && (change.Old.HasValue || change.New.HasValue);
        var time = touches ? Math.Max(record.TimestampMs, storedTime) : record.TimestampMs;

        Maybe<V> row = change.Old.HasValue && old.HasValue ? subtractor(old.Value, change.Old.Value) : old;
        if (change.New.HasValue)
            row = row.HasValue ? adder(row.Value, change.New.Value) : change.New.Value;

        StoreAndForward(record, key, row, old, time);
    }
}
