namespace FlowLog.Streams.Processors.Tables;

/// <summary>Reads a stream as a table: each record is the new state of its key, one without value deletes the row.</summary>
internal sealed class TableSourceNode<K, V>(TableTraits traits) : TableNode<K, V, K, V>(traits)
    where K : notnull
{
    protected override void Process(in Record<K, V> record)
    {
        if (!record.HasKey)
        {
            Task.CountDropped();
            return;
        }

        var key = record.Key!;
        var row = record.HasValue ? record.Value! : Maybe<V>.None;
        if (!HasStore)
        {
            ForwardChange(record, key, row, Maybe<V>.None, record.TimestampMs);
            return;
        }

        var old = SendsOldValues && Store.TryGet(key, out var value, out _) ? value : Maybe<V>.None;
        StoreAndForward(record, key, row, old, record.TimestampMs);
    }
}
