using FlowLog.Protocol.Errors;
using Part = FlowLog.Protocol.Messages.StreamsGroupTopologyValue.Subtopology;

namespace FlowLog.Broker.Groups.Streams.Topics;

/// <summary>
/// Decides how many partitions the topics have through which one part of a topology hands its records to another: what the application says, else as
/// many as the largest topic that the writing part reads. That may be another of them, so that it is gone through until nothing is open.
/// </summary>
internal static class RepartitionTopics
{
    public static TopologyFault? Decide(Topology topology, PartitionCounts counts)
    {
        var decided = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var topic in topology.Subtopologies.SelectMany(part => part.RepartitionSourceTopics).Where(topic => topic.Partitions != 0))
            decided[topic.Name] = topic.Partitions;

        while (Open(topology, decided) is { Count: > 0 } open)
        {
            var before = decided.Count;
            foreach (var (part, sink) in open)
            {
                if (!decided.ContainsKey(sink) && LargestSource(part, counts, decided) is { } count)
                    decided[sink] = count;
            }

            if (decided.Count == before)
            {
                return TopologyFault.Of(
                    ErrorCode.StreamsInvalidTopology,
                    "Failed to compute number of partitions for all repartition topics. There may be loops in the topology that cannot be resolved.");
            }
        }

        if (topology.Subtopologies.SelectMany(part => part.RepartitionSourceTopics).Any(topic => !decided.ContainsKey(topic.Name)))
        {
            return TopologyFault.Of(
                ErrorCode.StreamsInvalidTopology,
                "Failed to compute number of partitions for all repartition topics, because a repartition source topic is never used as a sink topic.");
        }

        foreach (var (topic, count) in decided)
            counts.Decide(topic, count);

        return null;
    }

    private static List<(Part Part, string Sink)> Open(Topology topology, Dictionary<string, int> decided) =>
        [.. topology.Subtopologies.SelectMany(part => part.RepartitionSinkTopics.Select(sink => (part, sink))).Where(entry => !decided.ContainsKey(entry.sink))];

    private static int? LargestSource(Part part, PartitionCounts counts, Dictionary<string, int> decided)
    {
        var inside = part.RepartitionSourceTopics.Where(topic => decided.ContainsKey(topic.Name)).Select(topic => (int?)decided[topic.Name]);
        return inside.Concat(part.SourceTopics.Select(counts.Of)).Max();
    }
}
