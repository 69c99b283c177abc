using FlowLog.Streams.Topology;

namespace FlowLog.Streams.Assignment;

/// <summary>A topic that the application makes for itself.</summary>
/// <param name="Name">Full name.</param>
/// <param name="Partitions">Number of partitions.</param>
/// <param name="Configs">Settings of its kind, those of the application and its own, later ones over earlier ones.</param>
internal sealed record InternalTopic(string Name, int Partitions, IReadOnlyDictionary<string, string> Configs)
{
    private static readonly Dictionary<string, string> s_repartition = new()
    {
        ["cleanup.policy"] = "delete",
        ["message.timestamp.type"] = "CreateTime",

        // Records go when they are processed, by deletion from the front, and never by age.
        ["retention.ms"] = "-1",
        ["segment.bytes"] = "52428800",
    };

    /// <summary>All of an application's.</summary>
    public static IReadOnlyList<InternalTopic> Of(TopologyPlan plan, PartitionCounts counts, StreamsOptions options)
    {
        var repartitions = plan.Repartitions.Keys.Select(name => new InternalTopic(name, counts.Of(name), Merge(s_repartition, options.TopicConfig)));
        var changelogs = plan.Parts.SelectMany(part => part.Stores.Where(store => store.Logging).Select(store => new InternalTopic(
            plan.Topics.Changelog(store.Name), counts.Of(part), Merge(store.DefaultChangelogConfig, options.TopicConfig, store.ChangelogConfig))));
        return [.. repartitions.Concat(changelogs)];
    }

    private static Dictionary<string, string> Merge(params IEnumerable<IReadOnlyDictionary<string, string>> layers)
    {
        var merged = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in layers.SelectMany(layer => layer))
            merged[name] = value;

        return merged;
    }
}
