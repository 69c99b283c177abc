namespace FlowLog.Streams.Processors.Stateless;

/// <summary>In front of a repartition topic: a record without key has no partition to go to. Not counted as dropped, as in Kafka Streams.</summary>
internal sealed class KeyPresentNode<K, V> : Node<K, V, K, V>
{
    protected override void Process(in Record<K, V> record)
    {
        if (record.HasKey)
            Forward(record);
    }
}
