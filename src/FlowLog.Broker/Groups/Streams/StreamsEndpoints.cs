using FlowLog.Broker.Metadata.Images;
using Response = FlowLog.Protocol.Messages.StreamsGroupHeartbeatResponse;

namespace FlowLog.Broker.Groups.Streams;

/// <summary>Which partitions the state at each endpoint comes from, so that whoever is asked for a key knows whom to ask.</summary>
internal static class StreamsEndpoints
{
    public static List<Response.EndpointToPartitions> Of(StreamsGroup group, TopicsImage topics) =>
        [.. group.Members.Values.Where(member => member.Endpoint is not null).Select(member => Of(group, member, member.Endpoint!, topics))];

    private static Response.EndpointToPartitions Of(StreamsGroup group, StreamsMember member, StreamsEndpoint endpoint, TopicsImage topics) => new()
    {
        UserEndpoint = new Response.Endpoint { Host = endpoint.Host, Port = endpoint.Port },
        ActivePartitions = Partitions(group, member.Assigned.Active.Keys, topics),
        StandbyPartitions = Partitions(group, member.Assigned.Standby, topics),
    };

    private static List<Response.TopicPartition> Partitions(StreamsGroup group, IEnumerable<TaskId> tasks, TopicsImage topics) =>
    [
        .. tasks.GroupBy(task => task.Subtopology, StringComparer.Ordinal)
            .SelectMany(part => Partitions(group, part.Key, [.. part.Select(task => task.Partition)], topics)),
    ];

    private static IEnumerable<Response.TopicPartition> Partitions(StreamsGroup group, string subtopology, List<int> tasks, TopicsImage topics)
    {
        if (group.Configured?.Find(subtopology) is not { } part)
            yield break;

        foreach (var name in part.Sources.Union(part.RepartitionSources.Select(topic => topic.Name)))
        {
            // Of a topic with fewer partitions than there are tasks, as Kafka: the first of the tasks' numbers.
            if (topics.Find(name) is { } topic)
                yield return new Response.TopicPartition { Topic = name, Partitions = [.. tasks.Take(topic.Partitions.Length)] };
        }
    }
}
