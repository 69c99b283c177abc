namespace FlowLog.Streams.Processors.Stateless;

/// <summary>Gives each record another key. Records whose value is absent and cannot be told as null are dropped and counted: nobody can say their key.</summary>
internal sealed class SelectKeyNode<K, V, K2>(Func<K?, V, K2> selector) : Node<K, V, K2, V>
{
    protected override void Process(in Record<K, V> record)
    {
        if (record.ValueIsTellable)
            Forward(record.WithKey(selector(record.Key, record.Value!)));
        else
            Task.CountDropped();
    }
}
