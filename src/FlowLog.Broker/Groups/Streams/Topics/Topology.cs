using System.Collections.Immutable;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using Part = FlowLog.Protocol.Messages.StreamsGroupTopologyValue.Subtopology;
using Sent = FlowLog.Protocol.Messages.StreamsGroupHeartbeatRequest;

namespace FlowLog.Broker.Groups.Streams.Topics;

/// <summary>What an application does, as its first member told it: which parts it has, what they read, and which topics lie between and beside them. Immutable.</summary>
internal sealed class Topology
{
    private readonly Dictionary<string, string> _subtopologyBySource = new(StringComparer.Ordinal);
    private readonly Lazy<byte[]> _canonical;

    public Topology(StreamsGroupTopologyValue value)
    {
        Value = value;
        Subtopologies = [.. value.Subtopologies.GroupBy(part => part.SubtopologyId, StringComparer.Ordinal).Select(part => part.Last()).OrderBy(part => part.SubtopologyId, StringComparer.Ordinal)];
        foreach (var part in Subtopologies)
        {
            foreach (var topic in SourcesOf(part))
                _subtopologyBySource[topic] = part.SubtopologyId;
        }

        RequiredTopics = Subtopologies.SelectMany(part => SourcesOf(part).Concat(part.StateChangelogTopics.Select(topic => topic.Name))).ToImmutableSortedSet(StringComparer.Ordinal);
        _canonical = new Lazy<byte[]>(() => VersionedBytes.ToArray(new StreamsGroupTopologyValue { Epoch = Epoch, Subtopologies = [.. Subtopologies] }, 0));
    }

    /// <summary>The record that says it.</summary>
    public StreamsGroupTopologyValue Value { get; }

    /// <summary>Which version of the application's topology it is.</summary>
    public int Epoch => Value.Epoch;

    /// <summary>The parts, by ascending id.</summary>
    public ImmutableArray<Part> Subtopologies { get; }

    /// <summary>Every topic that must be there before anybody can work.</summary>
    public ImmutableSortedSet<string> RequiredTopics { get; }

    /// <summary>The topics that a part reads, those that other parts write included.</summary>
    public static IEnumerable<string> SourcesOf(Part part) => part.SourceTopics.Concat(part.RepartitionSourceTopics.Select(topic => topic.Name));

    /// <summary>The part that reads a topic; null if none does.</summary>
    public string? SubtopologyOf(string topic) => _subtopologyBySource.GetValueOrDefault(topic);

    /// <summary>True if both say the same, in whatever order of their parts.</summary>
    public bool Is(Topology other) => _canonical.Value.AsSpan().SequenceEqual(other._canonical.Value);

    /// <summary>The topology that a member sends; null if two of its parts have the same id.</summary>
    public static Topology? From(Sent.MemberTopology sent)
    {
        if (sent.Subtopologies.DistinctBy(part => part.SubtopologyId, StringComparer.Ordinal).Count() < sent.Subtopologies.Count)
            return null;

        return new Topology(new StreamsGroupTopologyValue
        {
            Epoch = sent.Epoch,
            Subtopologies = sent.Subtopologies.ConvertAll(part => new Part
            {
                SubtopologyId = part.SubtopologyId,
                SourceTopics = part.SourceTopics,
                SourceTopicRegex = part.SourceTopicRegex,
                StateChangelogTopics = part.StateChangelogTopics.ConvertAll(Recorded),
                RepartitionSinkTopics = part.RepartitionSinkTopics,
                RepartitionSourceTopics = part.RepartitionSourceTopics.ConvertAll(Recorded),
                CopartitionGroups = part.CopartitionGroups.ConvertAll(group => new StreamsGroupTopologyValue.CopartitionGroup
                {
                    SourceTopics = group.SourceTopics,
                    SourceTopicRegex = group.SourceTopicRegex,
                    RepartitionSourceTopics = group.RepartitionSourceTopics,
                }),
            }),
        });
    }

    private static StreamsGroupTopologyValue.TopicInfo Recorded(Sent.TopicInfo topic) => new()
    {
        Name = topic.Name,
        Partitions = topic.Partitions,
        ReplicationFactor = topic.ReplicationFactor,
        TopicConfigs = topic.TopicConfigs.ConvertAll(config => new StreamsGroupTopologyValue.TopicConfig { Key = config.Key, Value = config.Value }),
    };
}
