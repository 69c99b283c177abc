namespace FlowLog.Streams.Processors.Stateless;

/// <summary>Hands every record on: a merge, or a branch.</summary>
internal sealed class PassThroughNode<K, V> : Node<K, V, K, V>
{
    protected override void Process(in Record<K, V> record) => Forward(record);
}
