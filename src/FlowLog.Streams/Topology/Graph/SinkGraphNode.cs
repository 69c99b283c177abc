namespace FlowLog.Streams.Topology.Graph;

/// <summary>A topic that a stream is written to, fixed or chosen for each record.</summary>
internal sealed class SinkGraphNode<K, V>(string name, string? topic, TopicChooser<K, V>? chooser, Produced<K, V> produced) : GraphNode(name)
{
    public override void WriteTo(TopologyBuilder topology)
    {
        if (chooser is null)
            topology.AddSink(Name, topic!, produced.Key, produced.Value, produced.Partitioner, ParentNames);
        else
            topology.AddSink(Name, chooser, produced.Key, produced.Value, produced.Partitioner, ParentNames);
    }
}
