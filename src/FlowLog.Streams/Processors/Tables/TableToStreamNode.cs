namespace FlowLog.Streams.Processors.Tables;

/// <summary>Reads the changes of a table as a stream of its new rows; a deletion is a record without value.</summary>
internal sealed class TableToStreamNode<K, V> : Node<K, Change<V>, K, V>
{
    protected override void Process(in Record<K, Change<V>> record)
    {
        var row = record.Value.New;
        if (row.HasValue)
            Forward(record.WithValue(row.Value));
        else
            Forward(record.WithoutValue<V>());
    }
}
