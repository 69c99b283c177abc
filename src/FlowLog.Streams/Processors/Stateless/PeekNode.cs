namespace FlowLog.Streams.Processors.Stateless;

/// <summary>Shows each record to a function, then hands it on if anybody follows.</summary>
internal sealed class PeekNode<K, V>(Action<K?, V> action) : Node<K, V, K, V>
{
    protected override void Process(in Record<K, V> record)
    {
        if (record.ValueIsTellable)
            action(record.Key, record.Value!);

        Forward(record);
    }
}
