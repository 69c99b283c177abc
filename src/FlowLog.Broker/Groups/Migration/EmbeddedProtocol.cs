using System.Collections.Immutable;
using FlowLog.Broker.Groups.Classic;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Groups.Migration;

/// <summary>
/// What consumers of the classic protocol put into its opaque bytes. Everywhere else the broker leaves them closed; to take such a member into a group
/// that it assigns itself, or to give one back, it has to speak the members' own language.
/// </summary>
internal static class EmbeddedProtocol
{
    /// <summary>What a member subscribes to; null if the bytes are none of a consumer.</summary>
    public static ConsumerProtocolSubscription? Subscription(ImmutableArray<MemberProtocol> protocols, string? chosen = null)
    {
        // All of them hold the same topics.
        var protocol = protocols.FirstOrDefault(protocol => protocol.Name == chosen) ?? protocols.FirstOrDefault();
        return protocol is null ? null : ClassicSubscriptions.Parse(protocol.Metadata);
    }

    /// <summary>The partitions that a member says to have still.</summary>
    public static ImmutableSortedSet<TopicIdPartition> Owned(ConsumerProtocolSubscription subscription, TopicsImage topics) =>
        Of(subscription.OwnedPartitions, owned => owned.Topic, owned => owned.Partitions, topics);

    /// <summary>The partitions in an assignment of a leader; null if the bytes are none. A member that was assigned nothing may have no bytes.</summary>
    public static ImmutableSortedSet<TopicIdPartition>? Assigned(ReadOnlyMemory<byte> assignment, TopicsImage topics)
    {
        if (assignment.IsEmpty)
            return TopicIdPartition.None;

        var read = new ConsumerProtocolAssignment();
        return VersionedBytes.Read(assignment, read, out _) is null
            ? Of(read.AssignedPartitions, assigned => assigned.Topic, assigned => assigned.Partitions, topics)
            : null;
    }

    /// <summary>An assignment in the words of <paramref name="protocol"/>: a member understands the version that it speaks.</summary>
    public static byte[] Assignment(IEnumerable<TopicIdPartition> partitions, MemberProtocol protocol, TopicsImage topics)
    {
        var assigned = TopicIdPartition
            .ByTopic(partitions, (topic, numbers) => (Topic: topics.Find(topic)?.Name, Numbers: numbers))
            .Where(topic => topic.Topic is not null)
            .OrderBy(topic => topic.Topic, StringComparer.Ordinal);
        var message = new ConsumerProtocolAssignment
        {
            AssignedPartitions = [.. assigned.Select(topic => new ConsumerProtocolAssignment.TopicPartition { Topic = topic.Topic!, Partitions = topic.Numbers })],
        };
        var version = new WireReader(protocol.Metadata).ReadInt16();
        return VersionedBytes.ToArray(message, Math.Clamp(version, ConsumerProtocolAssignment.LowestVersion, ConsumerProtocolAssignment.HighestVersion));
    }

    private static ImmutableSortedSet<TopicIdPartition> Of<T>(IEnumerable<T> named, Func<T, string> name, Func<T, List<int>> partitions, TopicsImage topics) =>
        TopicIdPartition.Of(named.Where(topic => topics.Find(name(topic)) is not null), topic => topics.Find(name(topic))!.Id, partitions);
}
