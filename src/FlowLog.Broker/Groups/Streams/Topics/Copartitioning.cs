using FlowLog.Protocol.Errors;
using Part = FlowLog.Protocol.Messages.StreamsGroupTopologyValue.Subtopology;

namespace FlowLog.Broker.Groups.Streams.Topics;

/// <summary>
/// Topics that are joined with each other must have the same number of partitions, or equal keys would meet in different tasks. Those inside of the
/// topology are given the number of those outside; where nobody outside takes part, the number that the application fixed, or the largest.
/// </summary>
internal static class Copartitioning
{
    /// <summary>Groups name their topics by place, and places that there are not are an error of the client, which Kafka trips over.</summary>
    public static TopologyFault? CheckIndexes(Topology topology) =>
        topology.Subtopologies.Any(part => part.CopartitionGroups.Any(group =>
            group.SourceTopics.Any(index => index < 0 || index >= part.SourceTopics.Count)
            || group.RepartitionSourceTopics.Any(index => index < 0 || index >= part.RepartitionSourceTopics.Count)))
            ? TopologyFault.Of(ErrorCode.UnknownServerError, "A copartition group names a topic that is not there.")
            : null;

    public static TopologyFault? Enforce(Topology topology, PartitionCounts counts)
    {
        var inside = topology.Subtopologies.SelectMany(part => part.RepartitionSourceTopics).ToList();
        var isFixed = inside.Where(topic => topic.Partitions != 0).Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        var isInside = inside.Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var group in topology.Subtopologies.SelectMany(Groups).Where(group => group.Count > 0))
        {
            if (Enforce(group, isFixed, isInside, counts) is { } fault)
                return fault;
        }

        return null;
    }

    private static TopologyFault? Enforce(SortedSet<string> group, HashSet<string> isFixed, HashSet<string> isInside, PartitionCounts counts)
    {
        var outside = group.Where(topic => !isInside.Contains(topic)).ToList();
        var inside = group.Where(isInside.Contains).ToList();

        // Kafka takes all fixed topics of the topology here, not only those of the group; who writes a topology for both must see the same.
        IEnumerable<string> rulers = outside.Count > 0 ? outside : isFixed.Count > 0 ? isFixed : [inside.MaxBy(topic => counts.Of(topic))!];
        var wanted = rulers.Select(topic => counts.Of(topic)!.Value).Distinct().ToList();
        if (wanted.Count > 1)
            return Misfit($"Following topics do not have the same number of partitions: [{string.Join(", ", group.Select(topic => $"{topic}={counts.Of(topic)}"))}]");

        if (inside.Find(topic => isFixed.Contains(topic) && counts.Of(topic) != wanted[0]) is { } unfit)
            return Misfit($"Number of partitions [{counts.Of(unfit)}] of repartition topic [{unfit}] doesn't match number of partitions [{wanted[0]}] of the source topic.");

        foreach (var topic in inside)
            counts.Decide(topic, wanted[0]);

        return null;
    }

    private static IEnumerable<SortedSet<string>> Groups(Part part) => part.CopartitionGroups.Select(group => new SortedSet<string>(
        group.SourceTopics.Select(index => part.SourceTopics[index]).Concat(group.RepartitionSourceTopics.Select(index => part.RepartitionSourceTopics[index].Name)),
        StringComparer.Ordinal));

    private static TopologyFault Misfit(string why) => TopologyFault.Of(StreamsStatus.IncorrectlyPartitionedTopics, why);
}
