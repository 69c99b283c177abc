namespace FlowLog.Streams.Processors.Stateless;

/// <summary>Gives each record another key and value. Records whose key or value is absent and cannot be told as null are dropped and counted.</summary>
internal sealed class MapNode<K, V, K2, R>(Func<K?, V, (K2 Key, R Value)> mapper) : Node<K, V, K2, R>
{
    protected override void Process(in Record<K, V> record)
    {
        if (!record.IsTellable)
        {
            Task.CountDropped();
            return;
        }

        var (key, value) = mapper(record.Key, record.Value!);
        Forward(record.With(key, value));
    }
}
