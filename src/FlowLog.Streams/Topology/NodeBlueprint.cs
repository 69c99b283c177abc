using System.Text.RegularExpressions;
using FlowLog.Streams.Processors;

namespace FlowLog.Streams.Topology;

/// <summary>A node of the physical topology; each task makes its own from it.</summary>
internal abstract class NodeBlueprint(string name, IReadOnlyList<string> parents)
{
    public string Name { get; } = name;

    public IReadOnlyList<string> Parents { get; } = parents;

    /// <summary>Names of the stores the node may use, in the order they were connected.</summary>
    public List<string> Stores { get; } = [];

    /// <summary>Makes the node. Names of internal topics get the application's id in front.</summary>
    public abstract Node Create(Func<string, string> fullTopic);
}

/// <summary>A source, by topic names or by pattern.</summary>
internal sealed class SourceBlueprint(string name, IReadOnlyList<string> topics, Regex? pattern, OffsetReset? reset, Func<SourceNode> create) : NodeBlueprint(name, [])
{
    public IReadOnlyList<string> Topics { get; } = topics;

    public Regex? Pattern { get; } = pattern;

    public OffsetReset? Reset { get; } = reset;

    public override Node Create(Func<string, string> fullTopic) => create();
}

/// <summary>An operator.</summary>
internal sealed class ProcessorBlueprint(string name, IReadOnlyList<string> parents, Func<IReadOnlyCollection<string>, Node> create) : NodeBlueprint(name, parents)
{
    public override Node Create(Func<string, string> fullTopic) => create(Stores);
}

/// <summary>A sink; without a topic it chooses one for each record.</summary>
internal sealed class SinkBlueprint(string name, IReadOnlyList<string> parents, string? topic, Func<string?, Node> create) : NodeBlueprint(name, parents)
{
    public string? Topic { get; } = topic;

    public override Node Create(Func<string, string> fullTopic) => create(Topic is null ? null : fullTopic(Topic));
}
