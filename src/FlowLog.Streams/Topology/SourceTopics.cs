using System.Text.RegularExpressions;

namespace FlowLog.Streams.Topology;

/// <summary>Holds that no topic is read by two sources.</summary>
internal sealed class SourceTopics
{
    private readonly Dictionary<string, string> _byTopic = new(StringComparer.Ordinal);
    private readonly List<(Regex Pattern, string Source)> _patterns = [];

    public void Add(string source, IReadOnlyList<string> topics, Regex? pattern)
    {
        foreach (var topic in topics)
            Add(source, topic);

        if (pattern is not null)
            Add(source, pattern);
    }

    /// <summary>Whether a pattern matches the whole name of a topic.</summary>
    public static bool Matches(Regex pattern, string topic) => pattern.Match(topic) is { Success: true, Index: 0 } match && match.Length == topic.Length;

    private void Add(string source, string topic)
    {
        if (topic.Length == 0)
            throw new StreamsTopologyException($"Source '{source}' reads a topic without a name.");

        if (_byTopic.TryGetValue(topic, out var other))
            throw new StreamsTopologyException($"Topic '{topic}' is read by source '{other}' already; '{source}' cannot read it too.");

        foreach (var (pattern, by) in _patterns)
        {
            if (Matches(pattern, topic))
                throw new StreamsTopologyException($"Topic '{topic}' matches the pattern '{pattern}' of source '{by}'; '{source}' cannot read it too.");
        }

        _byTopic.Add(topic, source);
    }

    private void Add(string source, Regex pattern)
    {
        foreach (var (topic, other) in _byTopic)
        {
            if (Matches(pattern, topic))
                throw new StreamsTopologyException($"The pattern '{pattern}' of source '{source}' matches topic '{topic}', which source '{other}' reads already.");
        }

        _patterns.Add((pattern, source));
    }
}
