namespace FlowLog.Streams.Processors.Tables;

/// <summary>
/// Aggregates rows that come and go. First takes the old value out, if there was one and there is an aggregate; then puts the new one in, on top of the
/// initial value only if there is no aggregate to put it on.
/// </summary>
internal sealed class GroupedTableNode<K, V, R>(Func<R> initializer, Func<K, V, R, R> adder, Func<K, V, R, R> subtractor, TableTraits traits)
    : TableNode<K, Change<V>, K, R>(traits)
    where K : notnull
{
    protected override void Process(in Record<K, Change<V>> record)
    {
        if (!record.HasKey)
            throw new StreamsException($"Record key for KTable aggregate operator with state {Store.Name} should not be null.");

        var key = record.Key!;
        var change = record.Value;
        var exists = Store.TryGet(key, out var stored, out var storedTime);
        var old = exists ? stored! : Maybe<R>.None;
        var touches = exists && (change.Old.HasValue || change.New.HasValue);
        var time = touches ? Math.Max(record.TimestampMs, storedTime) : record.TimestampMs;

        Maybe<R> row = change.Old.HasValue && old.HasValue ? subtractor(key, change.Old.Value, old.Value) : old;
        if (change.New.HasValue)
            row = adder(key, change.New.Value, row.HasValue ? row.Value : initializer());

        StoreAndForward(record, key, row, old, time);
    }
}
