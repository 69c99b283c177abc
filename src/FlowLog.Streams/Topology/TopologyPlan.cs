using System.Text.RegularExpressions;

namespace FlowLog.Streams.Topology;

/// <summary>A topology as one application runs it: its parts and the full names of its topics.</summary>
internal sealed class TopologyPlan
{
    private readonly IReadOnlyList<SourceBlueprint> _sources;

    public TopologyPlan(TopologyBuilder topology, string applicationId)
    {
        Topics = new InternalTopics(applicationId, topology.Repartitions);
        Parts = SubTopologies.Of(topology);
        _sources = [.. Parts.SelectMany(part => part.Sources)];
        if (_sources.Count == 0)
            throw new StreamsTopologyException("The topology reads no topic; there is nothing to run.");

        Repartitions = topology.Repartitions.Values.ToDictionary(topic => Topics.Full(topic.Name), StringComparer.Ordinal);
        Copartitions = [.. topology.Copartitions.Select(names => (IReadOnlyList<string>)[.. names.SelectMany(name => TopicsOf((SourceBlueprint)topology.Node(name)))])];
        Subscription = [.. _sources.SelectMany(TopicsOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Pattern = PatternOf(_sources, Subscription);
    }

    public InternalTopics Topics { get; }

    /// <summary>Sub-topologies, at the place of their number.</summary>
    public IReadOnlyList<SubTopology> Parts { get; }

    /// <summary>Repartition topics by full name.</summary>
    public IReadOnlyDictionary<string, RepartitionTopic> Repartitions { get; }

    /// <summary>Groups of topics that must have equal numbers of partitions, by full name.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Copartitions { get; }

    /// <summary>Topics that are read by name.</summary>
    public IReadOnlyList<string> Subscription { get; }

    /// <summary>What all topics that are read match; null when none is read by pattern.</summary>
    public Regex? Pattern { get; }

    public bool HasStores => Parts.Any(part => part.Stores.Count > 0);

    /// <summary>The topics a part reads, of those that exist where they are read by pattern.</summary>
    public IReadOnlyList<string> TopicsOf(SubTopology part, IReadOnlyCollection<string> existing) =>
        [.. part.Sources.SelectMany(source => source.Pattern is { } pattern ? existing.Where(topic => SourceTopics.Matches(pattern, topic)) : TopicsOf(source)).Distinct(StringComparer.Ordinal)];

    /// <summary>Repartition topics that a part writes, by full name.</summary>
    public IEnumerable<string> WrittenBy(SubTopology part) =>
        part.Nodes.OfType<SinkBlueprint>().Where(sink => sink.Topic is not null).Select(sink => Topics.Full(sink.Topic!)).Where(Repartitions.ContainsKey);

    /// <summary>Where to begin a topic without committed position, where its source says so.</summary>
    public OffsetReset? ResetOf(string topic) =>
        _sources.FirstOrDefault(source => source.Pattern is { } pattern ? SourceTopics.Matches(pattern, topic) : TopicsOf(source).Contains(topic))?.Reset;

    private static Regex? PatternOf(IReadOnlyList<SourceBlueprint> sources, IReadOnlyList<string> topics)
    {
        List<string> patterns = [.. sources.Where(source => source.Pattern is not null).Select(source => $"(?:{source.Pattern})")];
        return patterns.Count == 0 ? null : new Regex(string.Join('|', patterns.Concat(topics.Select(Regex.Escape))), RegexOptions.CultureInvariant);
    }

    private IEnumerable<string> TopicsOf(SourceBlueprint source) => source.Topics.Select(Topics.Full);
}
