using FlowLog.Streams.Topology.Graph;

namespace FlowLog.Streams.Dsl;

/// <summary>Streams into topics.</summary>
internal static class Sinks
{
    public static void To<K, V>(StreamState<K, V> stream, string? topic, TopicChooser<K, V>? chooser, Produced<K, V> produced)
    {
        var complete = produced with { Key = produced.Key ?? stream.Key, Value = produced.Value ?? stream.Value };
        var node = new SinkGraphNode<K, V>(stream.NameOr(produced.Name, "KSTREAM-SINK-"), topic, chooser, complete);
        stream.Builder.Graph.Add(stream.Node, node);
    }

    public static KStream<K, V> Through<K, V>(StreamState<K, V> stream, string topic, Produced<K, V> produced)
    {
        To(stream, topic, null, produced);
        var read = new Consumed<K, V> { Key = produced.Key ?? stream.Key, Value = produced.Value ?? stream.Value };
        return Sources.Stream(stream.Builder, [topic], null, read);
    }
}
