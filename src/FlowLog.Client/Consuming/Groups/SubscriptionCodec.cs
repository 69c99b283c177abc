using FlowLog.Client.Consuming.Assignors;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Client.Consuming.Groups;

/// <summary>Subscriptions and assignments as the members of a "consumer" group write them to each other.</summary>
internal static class SubscriptionCodec
{
    private const short SubscriptionVersion = 3;

    // All versions of the assignment have the same fields; the lowest is the one that nobody stumbles over.
    private const short AssignmentVersion = 0;

    public static byte[] Write(MemberSubscription subscription) => VersionedBytes.ToArray(new ConsumerProtocolSubscription
    {
        Topics = [.. subscription.Topics],
        UserData = subscription.UserData,
        OwnedPartitions =
        [
            .. subscription.OwnedPartitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal)
                .Select(topic => new ConsumerProtocolSubscription.TopicPartition { Topic = topic.Key, Partitions = [.. topic.Select(partition => partition.Partition)] }),
        ],
        GenerationId = subscription.Generation ?? -1,
        RackId = subscription.Rack,
    }, SubscriptionVersion);

    public static byte[] Write(MemberAssignment assignment) => VersionedBytes.ToArray(new ConsumerProtocolAssignment
    {
        AssignedPartitions =
        [
            .. assignment.Partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal)
                .Select(topic => new ConsumerProtocolAssignment.TopicPartition { Topic = topic.Key, Partitions = [.. topic.Select(partition => partition.Partition)] }),
        ],
        UserData = assignment.UserData,
    }, AssignmentVersion);

    public static MemberSubscription ReadSubscription(JoinedMember member)
    {
        var message = new ConsumerProtocolSubscription();
        if (VersionedBytes.Read(member.Metadata, message, out var version) is { } problem)
            throw new FlowLogException(ErrorCode.InconsistentGroupProtocol, $"The subscription of {member.MemberId} cannot be read: {problem}", isRetriable: false);

        return new MemberSubscription
        {
            Topics = message.Topics,
            UserData = message.UserData,
            OwnedPartitions = [.. message.OwnedPartitions.SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition)))],
            Generation = version >= 2 && message.GenerationId >= 0 ? message.GenerationId : null,
            Rack = message.RackId,
            GroupInstanceId = member.GroupInstanceId,
        };
    }

    /// <summary>No bytes are an empty assignment: the leader did not know of the member.</summary>
    public static MemberAssignment ReadAssignment(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
            return new MemberAssignment([]);

        var message = new ConsumerProtocolAssignment();
        if (VersionedBytes.Read(bytes, message, out _) is { } problem)
            throw new FlowLogException(ErrorCode.InconsistentGroupProtocol, $"The assignment cannot be read: {problem}", isRetriable: false);

        return new MemberAssignment(
            [.. message.AssignedPartitions.SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition)))], message.UserData);
    }
}
