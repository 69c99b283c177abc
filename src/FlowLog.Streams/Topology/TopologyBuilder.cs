using System.Text.RegularExpressions;
using FlowLog.Client.Serialization;
using FlowLog.Streams.Processors;

namespace FlowLog.Streams.Topology;

/// <summary>The physical topology while it is put together: nodes in the order they were added, stores, internal topics, groups of topics that belong together.</summary>
internal sealed class TopologyBuilder
{
    private readonly Dictionary<string, NodeBlueprint> _byName = new(StringComparer.Ordinal);
    private readonly List<NodeBlueprint> _nodes = [];
    private readonly Dictionary<string, StoreBlueprint> _stores = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _storeUsers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RepartitionTopic> _repartitions = new(StringComparer.Ordinal);
    private readonly List<IReadOnlyList<string>> _copartitions = [];
    private readonly SourceTopics _sourceTopics = new();

    public IReadOnlyList<NodeBlueprint> Nodes => _nodes;

    public IReadOnlyDictionary<string, StoreBlueprint> Stores => _stores;

    public IReadOnlyDictionary<string, List<string>> StoreUsers => _storeUsers;

    /// <summary>By name without the application's id.</summary>
    public IReadOnlyDictionary<string, RepartitionTopic> Repartitions => _repartitions;

    /// <summary>Groups of names of source nodes whose topics must have equal partition counts.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Copartitions => _copartitions;

    public NodeBlueprint Node(string name) => _byName[name];

    public void AddSource<K, V>(
        string name, IReadOnlyList<string> topics, Regex? pattern, ISerde<K>? key, ISerde<V>? value, TimestampExtractor<K, V>? timestamps, OffsetReset? reset)
    {
        if (topics.Count == 0 && pattern is null)
            throw new StreamsTopologyException($"Source '{name}' reads no topic.");

        _sourceTopics.Add(name, topics, pattern);
        Add(new SourceBlueprint(name, topics, pattern, reset, () => new SourceNode<K, V>(key, value, timestamps)));
    }

    public void AddProcessor(string name, Func<IReadOnlyCollection<string>, Node> create, params IReadOnlyList<string> parents) =>
        Add(new ProcessorBlueprint(name, Known(name, parents), create));

    public void AddSink<K, V>(
        string name, string topic, ISerde<K>? key, ISerde<V>? value, StreamPartitioner<K, V>? partitioner, params IReadOnlyList<string> parents)
    {
        Add(new SinkBlueprint(name, Known(name, parents), topic, full => new SinkNode<K, V>((K? _, V? _, in RecordInfo _) => full!, key, value, partitioner)));
    }

    public void AddSink<K, V>(
        string name, TopicChooser<K, V> topic, ISerde<K>? key, ISerde<V>? value, StreamPartitioner<K, V>? partitioner, params IReadOnlyList<string> parents)
    {
        Add(new SinkBlueprint(name, Known(name, parents), null, _ => new SinkNode<K, V>(topic, key, value, partitioner)));
    }

    /// <summary>Adds a store and connects it.</summary>
    public void AddStore(StoreBlueprint store, params IReadOnlyList<string> processors)
    {
        if (_stores.TryGetValue(store.Name, out var there) && !ReferenceEquals(there, store))
            throw new StreamsTopologyException($"There is a store '{store.Name}' already.");

        if (_stores.TryAdd(store.Name, store))
            _storeUsers[store.Name] = [];

        foreach (var processor in processors)
            Connect(processor, store.Name);
    }

    public void Connect(string processor, string store)
    {
        if (!_storeUsers.TryGetValue(store, out var users))
            throw new StreamsTopologyException($"Store '{store}' is not in the topology; processor '{processor}' cannot be connected to it.");

        if (!_byName.TryGetValue(processor, out var node))
            throw new StreamsTopologyException($"Processor '{processor}' is not in the topology; it cannot be connected to store '{store}'.");

        if (node is not ProcessorBlueprint)
            throw new StreamsTopologyException($"'{processor}' is a source or sink; only processors are connected to stores.");

        if (node.Stores.Contains(store))
            return;

        node.Stores.Add(store);
        users.Add(processor);
    }

    public void AddRepartitionTopic(string name, int? partitions)
    {
        if (!_repartitions.TryAdd(name, new RepartitionTopic(name, partitions)))
            throw new StreamsTopologyException($"There is a repartition topic '{name}' already; give one of the two operators another name.");
    }

    public void Copartition(IReadOnlyList<string> sources) => _copartitions.Add(sources);

    private void Add(NodeBlueprint node)
    {
        if (!_byName.TryAdd(node.Name, node))
            throw new StreamsTopologyException($"There is a node '{node.Name}' already.");

        _nodes.Add(node);
    }

    private IReadOnlyList<string> Known(string name, IReadOnlyList<string> parents)
    {
        if (parents.Count == 0)
            throw new StreamsTopologyException($"'{name}' has no parent.");

        foreach (var parent in parents)
        {
            if (parent == name)
                throw new StreamsTopologyException($"'{name}' cannot be its own parent.");

            if (!_byName.TryGetValue(parent, out var node))
                throw new StreamsTopologyException($"'{name}' comes behind '{parent}', which is not in the topology.");

            if (node is SinkBlueprint)
                throw new StreamsTopologyException($"'{name}' comes behind '{parent}', which is a sink.");
        }

        return parents;
    }
}

/// <summary>A topic that the application makes to bring equal keys together.</summary>
/// <param name="Name">Name without the application's id.</param>
/// <param name="Partitions">Number of partitions asked for, or null.</param>
internal sealed record RepartitionTopic(string Name, int? Partitions);
