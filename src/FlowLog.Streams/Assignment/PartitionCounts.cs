using FlowLog.Streams.Topology;

namespace FlowLog.Streams.Assignment;

/// <summary>
/// How many partitions each topic that the application reads has, or gets where the application makes it: as many as asked for, as the topics have that it is joined
/// with, or as the largest input of whoever writes it.
/// </summary>
internal sealed class PartitionCounts
{
    private readonly TopologyPlan _plan;
    private readonly IReadOnlyCollection<string> _existing;
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    private PartitionCounts(TopologyPlan plan, IReadOnlyDictionary<string, int> existing)
    {
        _plan = plan;
        _existing = [.. existing.Keys];
        foreach (var (topic, count) in existing.Where(topic => !plan.Repartitions.ContainsKey(topic.Key)))
            _counts[topic] = count;
    }

    /// <summary>Topics that others have to make, and have not.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Works out the numbers.</summary>
    /// <param name="plan">The topology.</param>
    /// <param name="existing">Numbers of partitions of the topics that exist.</param>
    /// <exception cref="StreamsTopologyException">Topics that are joined have different numbers of partitions.</exception>
    public static PartitionCounts Of(TopologyPlan plan, IReadOnlyDictionary<string, int> existing)
    {
        var counts = new PartitionCounts(plan, existing)
        {
            Missing = [.. plan.Subscription.Where(topic => !plan.Repartitions.ContainsKey(topic) && !existing.ContainsKey(topic))],
        };
        if (counts.Missing.Count == 0)
            counts.Complete();

        return counts;
    }

    public int Of(string topic) => _counts[topic];

    /// <summary>Partitions, and so tasks, of a part: as many as the largest of its inputs has.</summary>
    public int Of(SubTopology part) => TopicsOf(part).Select(topic => _counts[topic]).DefaultIfEmpty(0).Max();

    public IReadOnlyList<string> TopicsOf(SubTopology part) => _plan.TopicsOf(part, _existing);

    private void Complete()
    {
        foreach (var (name, topic) in _plan.Repartitions)
        {
            if (topic.Partitions is { } asked)
                _counts[name] = asked;
        }

        // A part's inputs may be repartition topics of another part: round by round until nothing changes any more.
        while (_plan.Parts.Any(CountWrittenBy))
        {
        }

        if (_plan.Repartitions.Keys.FirstOrDefault(name => !_counts.ContainsKey(name)) is { } open)
            throw new StreamsTopologyException($"Nothing tells how many partitions the repartition topic {open} should have.");

        // Without a repartition topic anywhere Kafka does not look, and neither do we: such topologies run there.
        if (_plan.Repartitions.Count > 0)
        {
            foreach (var group in _plan.Copartitions)
                Align(group);
        }
    }

    private bool CountWrittenBy(SubTopology part)
    {
        List<string> open = [.. _plan.WrittenBy(part).Where(topic => !_counts.ContainsKey(topic))];
        var inputs = TopicsOf(part);
        if (open.Count == 0 || !inputs.All(_counts.ContainsKey))
            return false;

        foreach (var topic in open)
            _counts[topic] = inputs.Max(input => _counts[input]);

        return true;
    }

    private void Align(IReadOnlyList<string> group)
    {
        List<string> given = [.. group.Where(topic => !_plan.Repartitions.TryGetValue(topic, out var own) || own.Partitions is not null)];
        if (given.Select(topic => _counts[topic]).Distinct().Count() > 1)
        {
            throw new StreamsTopologyException(
                $"Topics that are joined must have equal numbers of partitions, but: {string.Join(", ", given.Select(topic => $"{topic} has {_counts[topic]}"))}. Repartition one of them.");
        }

        var count = given.Count > 0 ? _counts[given[0]] : group.Max(topic => _counts[topic]);
        foreach (var topic in group)
            _counts[topic] = count;
    }
}
