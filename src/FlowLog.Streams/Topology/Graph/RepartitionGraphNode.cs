using FlowLog.Client.Serialization;
using FlowLog.Streams.Processors;

namespace FlowLog.Streams.Topology.Graph;

/// <summary>A topic between two sub-topologies: optionally a filter that keeps back what has no key, a sink, and a source under whose name the stream goes on.</summary>
internal sealed class RepartitionGraphNode<K, V>(RepartitionNames names, int? partitions) : GraphNode(names.Source)
{
    public ISerde<K>? Key { get; init; }

    public ISerde<V>? Value { get; init; }

    public StreamPartitioner<K, V>? Partitioner { get; init; }

    /// <summary>The node in front of the sink, or null for none.</summary>
    public Func<Node>? Filter { get; init; }

    public override void WriteTo(TopologyBuilder topology)
    {
        topology.AddRepartitionTopic(names.Topic, partitions);
        var parents = ParentNames;
        if (Filter is { } filter)
        {
            topology.AddProcessor(names.Filter, _ => filter(), parents);
            parents = [names.Filter];
        }

        topology.AddSink(names.Sink, names.Topic, Key, Value, Partitioner, parents);
        topology.AddSource(names.Source, [names.Topic], null, Key, Value, (TimestampExtractor<K, V>?)null, null);
    }
}

/// <summary>Names that belong to one repartition topic.</summary>
/// <param name="Topic">Topic, without the application's id.</param>
/// <param name="Sink">Node that writes it.</param>
/// <param name="Filter">Node in front of the sink.</param>
/// <param name="Source">Node that reads it.</param>
internal sealed record RepartitionNames(string Topic, string Sink, string Filter, string Source)
{
    public const string Suffix = "-repartition";

    /// <summary>Names after a prefix; a prefix that was generated gives generated names to the nodes too.</summary>
    public static RepartitionNames For(string prefix, bool prefixIsGenerated, NodeNames names)
    {
        var topic = prefix.EndsWith(Suffix, StringComparison.Ordinal) ? prefix : prefix + Suffix;

        // The counter moves whether these are used or not.
        var (sink, filter, source) = (names.Next("KSTREAM-SINK-"), names.Next("KSTREAM-FILTER-"), names.Next("KSTREAM-SOURCE-"));
        return prefixIsGenerated
            ? new RepartitionNames(topic, sink, filter, source)
            : new RepartitionNames(topic, topic + "-sink", topic + "-filter", topic + "-source");
    }
}
