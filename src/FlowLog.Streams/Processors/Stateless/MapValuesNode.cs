namespace FlowLog.Streams.Processors.Stateless;

/// <summary>Gives each record another value. An absent value that cannot be told as null stays absent.</summary>
internal sealed class MapValuesNode<K, V, R>(Func<K?, V, R> mapper) : Node<K, V, K, R>
{
    protected override void Process(in Record<K, V> record)
    {
        if (record.ValueIsTellable)
            Forward(record.WithValue(mapper(record.Key, record.Value!)));
        else
            Forward(record.WithoutValue<R>());
    }
}
