using System.Text.RegularExpressions;
using FlowLog.Client.Serialization;
using FlowLog.Streams.Processors.Custom;
using FlowLog.Streams.Topology;

namespace FlowLog.Streams;

/// <summary>
/// A complete topology: what <see cref="StreamsBuilder.Build"/> gives, or one put together from sources, processors and sinks by hand. It describes work;
/// <c>FlowLogStreams</c> runs it.
/// </summary>
public sealed class StreamsTopology
{
    /// <summary>An empty topology, to be put together by hand.</summary>
    public StreamsTopology()
        : this(new TopologyBuilder())
    {
    }

    internal StreamsTopology(TopologyBuilder builder) => Builder = builder;

    internal TopologyBuilder Builder { get; }

    /// <summary>Reads topics.</summary>
    public StreamsTopology AddSource<K, V>(string name, IReadOnlyList<string> topics, Consumed<K, V>? consumed = null)
    {
        Builder.AddSource(name, topics, null, consumed?.Key, consumed?.Value, consumed?.Timestamps, consumed?.Reset);
        return this;
    }

    /// <summary>Reads a topic.</summary>
    public StreamsTopology AddSource<K, V>(string name, string topic, Consumed<K, V>? consumed = null) => AddSource(name, [topic], consumed);

    /// <summary>Reads all topics whose whole name matches, now and later.</summary>
    public StreamsTopology AddSource<K, V>(string name, Regex pattern, Consumed<K, V>? consumed = null)
    {
        Builder.AddSource(name, [], pattern, consumed?.Key, consumed?.Value, consumed?.Timestamps, consumed?.Reset);
        return this;
    }

    /// <summary>Adds a processor behind others. The function makes a new object at each call.</summary>
    public StreamsTopology AddProcessor<KIn, VIn, KOut, VOut>(string name, Func<IProcessor<KIn, VIn, KOut, VOut>> processor, params IReadOnlyList<string> parents)
    {
        Builder.AddProcessor(name, stores => new ProcessorNode<KIn, VIn, KOut, VOut>(processor(), stores), parents);
        return this;
    }

    /// <summary>Writes a topic.</summary>
    public StreamsTopology AddSink<K, V>(string name, string topic, Produced<K, V>? produced = null, params IReadOnlyList<string> parents)
    {
        Builder.AddSink(name, topic, produced?.Key, produced?.Value, produced?.Partitioner, parents);
        return this;
    }

    /// <summary>Writes the topic that is chosen for each record.</summary>
    public StreamsTopology AddSink<K, V>(string name, TopicChooser<K, V> topic, Produced<K, V>? produced = null, params IReadOnlyList<string> parents)
    {
        Builder.AddSink(name, topic, produced?.Key, produced?.Value, produced?.Partitioner, parents);
        return this;
    }

    /// <summary>Adds a store for the processors named.</summary>
    public StreamsTopology AddStateStore(StoreBlueprint store, params IReadOnlyList<string> processors)
    {
        Builder.AddStore(store, processors);
        return this;
    }

    /// <summary>Lets a processor use stores that are in the topology.</summary>
    public StreamsTopology ConnectProcessorAndStateStores(string processor, params IReadOnlyList<string> stores)
    {
        foreach (var store in stores)
            Builder.Connect(processor, store);

        return this;
    }

    /// <summary>The topology as text, in the form of Kafka Streams that tools read.</summary>
    public string Describe() => TopologyText.Of(Builder);

    /// <inheritdoc/>
    public override string ToString() => Describe();
}
