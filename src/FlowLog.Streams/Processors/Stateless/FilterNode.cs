namespace FlowLog.Streams.Processors.Stateless;

/// <summary>
/// Hands on the records that a predicate holds for. An absent value that cannot be told as null (a number, a record struct) passes: it is a deletion, and
/// tables downstream must see it.
/// </summary>
internal sealed class FilterNode<K, V>(Func<K?, V, bool> predicate, bool negate) : Node<K, V, K, V>
{
    protected override void Process(in Record<K, V> record)
    {
        if (!record.ValueIsTellable || predicate(record.Key, record.Value!) != negate)
            Forward(record);
    }
}
