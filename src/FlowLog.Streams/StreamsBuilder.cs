using System.Text.RegularExpressions;
using FlowLog.Streams.Dsl;

namespace FlowLog.Streams;

/// <summary>Where every topology begins: names topics to read, whose streams and tables lead on to everything else.</summary>
public sealed class StreamsBuilder
{
    private readonly GraphBuilder _graph = new();

    /// <summary>Reads a topic as a stream of records.</summary>
    public KStream<K, V> Stream<K, V>(string topic, Consumed<K, V>? consumed = null) => Sources.Stream(_graph, [topic], null, consumed ?? new());

    /// <summary>Reads several topics as one stream; there is no order between them.</summary>
    public KStream<K, V> Stream<K, V>(IReadOnlyList<string> topics, Consumed<K, V>? consumed = null) => Sources.Stream(_graph, topics, null, consumed ?? new());

    /// <summary>Reads all topics whose whole name matches, now and later, as one stream.</summary>
    public KStream<K, V> Stream<K, V>(Regex pattern, Consumed<K, V>? consumed = null) => Sources.Stream(_graph, [], pattern, consumed ?? new());

    /// <summary>
    /// Reads a topic as a table: each record is the new state of its key, one without value deletes the row. Records without key are dropped and counted. Rows are
    /// stored where the store has a name or something downstream needs them.
    /// </summary>
    public KTable<K, V> Table<K, V>(string topic, Store<K, V>? store = null, Consumed<K, V>? consumed = null)
        where K : notnull
        where V : notnull => Sources.Table(_graph, topic, store, consumed ?? new());

    /// <summary>Adds a store that processors are connected to by name.</summary>
    public StreamsBuilder AddStateStore(StoreBlueprint store)
    {
        _graph.Graph.AddStore(store);
        return this;
    }

    /// <summary>The topology of everything said so far.</summary>
    /// <exception cref="StreamsTopologyException">It contradicts itself.</exception>
    public StreamsTopology Build() => new(_graph.Graph.Write());
}
