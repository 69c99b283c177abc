using FlowLog.Protocol.Identity;
using FlowLog.Streams.Changelog;
using FlowLog.Streams.Processors;
using FlowLog.Streams.State;
using FlowLog.Streams.State.Bytes;
using FlowLog.Streams.Topology;

namespace FlowLog.Streams.Tasks;

/// <summary>Makes tasks of a sub-topology: opens stores, makes nodes, connects them, starts them.</summary>
internal sealed class TaskMaker(TaskSettings settings, StoreKind defaultKind, TimeSpan? maxIdle, InternalTopics topics)
{
    /// <summary>Makes a task whose stores are open but perhaps incomplete; <see cref="PreparedTask.Start"/> follows once they are restored.</summary>
    public PreparedTask Prepare(
        TaskId id, SubTopology part, IRecordOutput output, Func<string, BytesStore> openPersistent, IDisposable? storage)
    {
        var context = new TaskContext(id, settings, output);
        var changelogs = part.Stores.Where(store => store.Logging).ToDictionary(
            store => store.Name, store => new TopicPartition(topics.Changelog(store.Name), id.Partition), StringComparer.Ordinal);
        var environment = new StoreEnvironment
        {
            Host = context, Cache = settings.Cache, Serdes = settings.Serdes, DefaultKind = defaultKind, OpenPersistent = openPersistent,
            Changelog = store => changelogs.TryGetValue(store, out var partition) ? new ChangelogWriter(output, partition, id, store) : null,
        };
        foreach (var store in part.Stores)
            context.Add(store.Create(environment));

        return new PreparedTask(context, part, changelogs, topics, maxIdle, storage);
    }
}

/// <summary>A task before its nodes exist: only its stores do, to be restored.</summary>
internal sealed class PreparedTask(
    TaskContext context, SubTopology part, IReadOnlyDictionary<string, TopicPartition> changelogs, InternalTopics topics, TimeSpan? maxIdle, IDisposable? storage)
    : IDisposable
{
    public TaskContext Context => context;

    public IReadOnlyDictionary<string, TopicPartition> Changelogs => changelogs;

    public StreamTask Start(IReadOnlyCollection<TopicPartition> inputs, Func<TopicPartition, long?> lag)
    {
        var nodes = part.Nodes.ToDictionary(node => node.Name, node => node.Create(topics.Full), StringComparer.Ordinal);
        foreach (var node in part.Nodes)
        {
            foreach (var parent in node.Parents)
                nodes[parent].AddChild(nodes[node.Name], node.Name);
        }

        foreach (var node in part.Nodes)
            nodes[node.Name].Start(node.Name, context);

        var queues = inputs.Order(TopicThenPartition).Select(input => SourceOf(input.Topic, nodes).Accept(new QueueOf(input, context))).ToList();
        return new StreamTask(context, [.. nodes.Values], [.. context.Stores.Values], changelogs, new PartitionGroup(queues, maxIdle, lag), storage);
    }

    /// <summary>Closes a task that will not be started.</summary>
    public void Dispose()
    {
        foreach (var store in context.Stores.Values)
            store.Close();

        storage?.Dispose();
    }

    private static Comparer<TopicPartition> TopicThenPartition { get; } = Comparer<TopicPartition>.Create(
        (one, other) => string.CompareOrdinal(one.Topic, other.Topic) is var byTopic && byTopic != 0 ? byTopic : one.Partition.CompareTo(other.Partition));

    private SourceNode SourceOf(string topic, Dictionary<string, Node> nodes)
    {
        foreach (var source in part.Sources)
        {
            if (source.Topics.Any(name => topics.Full(name) == topic) || (source.Pattern is { } pattern && SourceTopics.Matches(pattern, topic)))
                return (SourceNode)nodes[source.Name];
        }

        throw new StreamsTopologyException($"Sub-topology {part.Id} has no source for topic '{topic}'.");
    }
}
