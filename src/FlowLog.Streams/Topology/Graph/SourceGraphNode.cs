using System.Text.RegularExpressions;

namespace FlowLog.Streams.Topology.Graph;

/// <summary>A source of a stream.</summary>
internal abstract class SourceGraphNode(string name, IReadOnlyList<string> topics, Regex? pattern, OffsetReset? reset) : GraphNode(name)
{
    public IReadOnlyList<string> Topics { get; } = topics;

    public Regex? Pattern { get; } = pattern;

    public OffsetReset? Reset { get; } = reset;

    public bool ReadsTheSame(SourceGraphNode other) =>
        (Pattern?.ToString() == other.Pattern?.ToString()) && Topics.Order(StringComparer.Ordinal).SequenceEqual(other.Topics.Order(StringComparer.Ordinal));
}

/// <summary>A source of a stream with its types.</summary>
internal sealed class SourceGraphNode<K, V>(string name, IReadOnlyList<string> topics, Regex? pattern, Consumed<K, V> consumed)
    : SourceGraphNode(name, topics, pattern, consumed.Reset)
{
    public override void WriteTo(TopologyBuilder topology) =>
        topology.AddSource(Name, Topics, Pattern, consumed.Key, consumed.Value, consumed.Timestamps, consumed.Reset);
}
