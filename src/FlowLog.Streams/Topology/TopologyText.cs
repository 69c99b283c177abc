using System.Text;

namespace FlowLog.Streams.Topology;

/// <summary>Writes a topology in the text form of Kafka Streams, which tools read.</summary>
internal static class TopologyText
{
    public static string Of(TopologyBuilder topology)
    {
        var text = new StringBuilder("Topologies:\n ");
        foreach (var part in SubTopologies.Of(topology))
            Write(text, part);

        return text.ToString();
    }

    private static void Write(StringBuilder text, SubTopology part)
    {
        var children = part.Nodes.ToDictionary(node => node.Name, _ => new List<string>());
        foreach (var node in part.Nodes)
        {
            foreach (var parent in node.Parents)
                children[parent].Add(node.Name);
        }

        text.Append("  Sub-topology: ").Append(part.Id).Append('\n');
        var sizes = new Dictionary<string, long>();
        foreach (var node in part.Nodes.OrderByDescending(node => SizeOf(node.Name, children, sizes)).ThenBy(node => node.Name, StringComparer.Ordinal))
            Write(text, node, children[node.Name]);

        text.Append('\n');
    }

    // The number of ways down from a node decides its place: sources first, sinks last.
    private static long SizeOf(string node, Dictionary<string, List<string>> children, Dictionary<string, long> sizes)
    {
        if (!sizes.TryGetValue(node, out var size))
            sizes[node] = size = 1 + children[node].Sum(child => SizeOf(child, children, sizes));

        return size;
    }

    private static void Write(StringBuilder text, NodeBlueprint node, List<string> children)
    {
        text.Append("    ").Append(Headline(node)).Append('\n');
        if (node is not SinkBlueprint)
            text.Append("      --> ").Append(Names(children)).Append('\n');

        if (node is not SourceBlueprint)
            text.Append("      <-- ").Append(Names(node.Parents)).Append('\n');
    }

    private static string Headline(NodeBlueprint node) => node switch
    {
        SourceBlueprint { Pattern: { } pattern } source => $"Source: {source.Name} (topics: {pattern})",
        SourceBlueprint source => $"Source: {source.Name} (topics: [{string.Join(", ", source.Topics)}])",
        SinkBlueprint { Topic: { } topic } sink => $"Sink: {sink.Name} (topic: {topic})",
        SinkBlueprint sink => $"Sink: {sink.Name} (extractor class: EXTRACTOR)",
        _ => $"Processor: {node.Name} (stores: [{string.Join(", ", node.Stores.Order(StringComparer.Ordinal))}])",
    };

    private static string Names(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names.Distinct().Order(StringComparer.Ordinal));
}
