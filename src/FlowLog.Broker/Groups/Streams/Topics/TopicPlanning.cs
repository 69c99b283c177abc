using System.Collections.Immutable;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using Part = FlowLog.Protocol.Messages.StreamsGroupTopologyValue.Subtopology;
using TopicInfo = FlowLog.Protocol.Messages.StreamsGroupTopologyValue.TopicInfo;

namespace FlowLog.Broker.Groups.Streams.Topics;

/// <summary>
/// Holds a topology against the topics as they are: are the sources there, how many partitions must the topics inside have, which of those are missing,
/// and do those that are joined with each other fit? Pure.
/// </summary>
internal sealed class TopicPlanning
{
    private readonly Topology _topology;
    private readonly TopicsImage _topics;
    private readonly PartitionCounts _counts;

    private TopicPlanning(Topology topology, TopicsImage topics)
    {
        (_topology, _topics) = (topology, topics);
        _counts = new PartitionCounts(topics);
    }

    /// <summary>What the topology comes to. A fault that only the application itself can mend comes alone, any other one within the result.</summary>
    public static (ConfiguredTopology? Configured, TopologyFault? Fault) Configure(Topology topology, TopicsImage topics)
    {
        var planning = new TopicPlanning(topology, topics);
        if (planning.Prepare() is { } fault)
            return Unready(topology, fault);

        var parts = topology.Subtopologies.Select(planning.Configured).ToImmutableArray();
        if (CheckCounts(parts) is { } impossible)
            return (null, impossible);

        var inside = parts.SelectMany(part => part.RepartitionSources.Concat(part.Changelogs)).DistinctBy(topic => topic.Name, StringComparer.Ordinal).ToList();
        if (planning.CheckExisting(inside) is { } misfit)
            return Unready(topology, misfit);

        var missing = inside.Where(topic => topics.Find(topic.Name) is null).ToList();
        return (new ConfiguredTopology(topology.Epoch, parts, missing.ConvertAll(topic => topic.Plan()), Missing(missing)), null);
    }

    private TopologyFault? Prepare() =>
        Copartitioning.CheckIndexes(_topology)
        ?? CheckSources()
        ?? RepartitionTopics.Decide(_topology, _counts)
        ?? Copartitioning.Enforce(_topology, _counts)
        ?? DecideChangelogs();

    private TopologyFault? CheckSources()
    {
        var missing = _topology.Subtopologies.SelectMany(part => part.SourceTopics).Where(topic => _topics.Find(topic) is null).ToImmutableSortedSet(StringComparer.Ordinal);
        return missing.Count == 0 ? null : TopologyFault.Of(StreamsStatus.MissingSourceTopics, $"Source topics {Summary(missing)} are missing.");
    }

    private TopologyFault? DecideChangelogs()
    {
        foreach (var part in _topology.Subtopologies)
        {
            var sources = Topology.SourcesOf(part).ToList();
            if (sources.Count == 0)
                return TopologyFault.Of(ErrorCode.StreamsInvalidTopology, $"No source topics found for subtopology {part.SubtopologyId}.");

            var tasks = sources.Max(topic => _counts.Of(topic)!.Value);
            foreach (var topic in part.StateChangelogTopics)
                _counts.Decide(topic.Name, tasks);
        }

        return null;
    }

    private ConfiguredSubtopology Configured(Part part) => new(
        part.SubtopologyId,
        Topology.SourcesOf(part).Max(topic => _counts.Of(topic)!.Value),
        part.SourceTopics.ToImmutableSortedSet(StringComparer.Ordinal),
        Configured(part.RepartitionSourceTopics),
        part.RepartitionSinkTopics.ToImmutableSortedSet(StringComparer.Ordinal),
        Configured(part.StateChangelogTopics));

    private ImmutableArray<InternalTopic> Configured(List<TopicInfo> topics) =>
    [
        .. topics.OrderBy(topic => topic.Name, StringComparer.Ordinal).Select(topic => new InternalTopic(
            topic.Name,
            topic.Partitions == 0 ? _counts.Decided(topic.Name) : topic.Partitions,
            topic.ReplicationFactor,
            [.. topic.TopicConfigs.Select(config => KeyValuePair.Create(config.Key, config.Value))])),
    ];

    private TopologyFault? CheckExisting(List<InternalTopic> inside)
    {
        foreach (var topic in inside)
        {
            if (_topics.Find(topic.Name) is { } existing && existing.Partitions.Length != topic.Partitions)
            {
                return TopologyFault.Of(
                    StreamsStatus.IncorrectlyPartitionedTopics,
                    $"Existing topic {topic.Name} has different number of partitions: expected {topic.Partitions}, found {existing.Partitions.Length}.");
            }
        }

        return null;
    }

    // Kafka trips over these, and its clients never send them.
    private static TopologyFault? CheckCounts(ImmutableArray<ConfiguredSubtopology> parts) =>
        parts.Any(part => part.Tasks <= 0 || part.RepartitionSources.Any(topic => topic.Partitions < 1))
            ? TopologyFault.Of(ErrorCode.UnknownServerError, "A topic must have at least one partition.")
            : null;

    private static TopologyFault? Missing(List<InternalTopic> topics) =>
        topics.Count == 0 ? null : TopologyFault.Of(StreamsStatus.MissingInternalTopics, $"Internal topics are missing: {Summary(topics.ConvertAll(topic => topic.Name))}");

    private static (ConfiguredTopology? Configured, TopologyFault? Fault) Unready(Topology topology, TopologyFault fault) =>
        fault.Status is null ? (null, fault) : (new ConfiguredTopology(topology.Epoch, [], [], fault), null);

    private static string Summary(IReadOnlyCollection<string> topics)
    {
        const int Most = 3;
        var named = string.Join(", ", topics.Take(Most));
        return topics.Count > Most ? $"{named} and {topics.Count - Most} additional topics" : named;
    }
}
