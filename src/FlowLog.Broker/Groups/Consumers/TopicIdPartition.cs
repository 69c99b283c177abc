using System.Collections.Immutable;

namespace FlowLog.Broker.Groups.Consumers;

/// <summary>A partition of one certain topic: one that is made anew under the same name is another.</summary>
internal readonly record struct TopicIdPartition(Guid TopicId, int Partition) : IComparable<TopicIdPartition>
{
    public static readonly ImmutableSortedSet<TopicIdPartition> None = [];

    public int CompareTo(TopicIdPartition other) => TopicId != other.TopicId ? TopicId.CompareTo(other.TopicId) : Partition.CompareTo(other.Partition);

    /// <summary>Makes lists of partitions by topic, as messages and records have them.</summary>
    public static List<T> ByTopic<T>(IEnumerable<TopicIdPartition> partitions, Func<Guid, List<int>, T> create) =>
        [.. partitions.GroupBy(partition => partition.TopicId).Select(topic => create(topic.Key, [.. topic.Select(partition => partition.Partition)]))];

    /// <summary>Takes such lists apart.</summary>
    public static ImmutableSortedSet<TopicIdPartition> Of<T>(IEnumerable<T> topics, Func<T, Guid> id, Func<T, List<int>> partitions) =>
        [.. topics.SelectMany(topic => partitions(topic).Select(partition => new TopicIdPartition(id(topic), partition)))];
}
