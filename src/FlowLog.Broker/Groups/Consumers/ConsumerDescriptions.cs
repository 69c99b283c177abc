using FlowLog.Broker.Java;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using Described = FlowLog.Protocol.Messages.ConsumerGroupDescribeResponse;

namespace FlowLog.Broker.Groups.Consumers;

/// <summary>Consumer groups as administrators see them.</summary>
internal static class ConsumerDescriptions
{
    private const sbyte ClassicProtocol = 0;
    private const sbyte ConsumerProtocol = 1;

    public static Described.DescribedGroup Of(ConsumerGroup group, ConsumerSettings settings, TopicsImage topics) => new()
    {
        GroupId = group.Id,
        GroupState = group.StateName,
        GroupEpoch = group.Epoch,
        AssignmentEpoch = group.TargetEpoch,
        AssignorName = Targeting.AssignorFor(group, settings).Name,
        Members =
        [
            .. group.Members.Values.Select(member => new Described.Member
            {
                MemberId = member.Id,
                InstanceId = member.InstanceId,
                RackId = member.RackId,
                MemberEpoch = member.Epoch,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                SubscribedTopicNames = [.. HashMapOrder.OfSet(member.Topics)],
                SubscribedTopicRegex = member.Pattern,
                Assignment = new Described.Assignment { TopicPartitions = Partitions(member.Assigned.Union(member.Revoking), topics) },
                TargetAssignment = new Described.Assignment { TopicPartitions = Partitions(group.TargetOf(member.Id), topics) },
                MemberType = member.Classic is null ? ConsumerProtocol : ClassicProtocol,
            }),
        ],
    };

    public static Described.DescribedGroup Refused(string groupId, ErrorCode error, string? why = null) =>
        new() { GroupId = groupId, ErrorCode = error, ErrorMessage = why };

    // What was deleted has no name any more, and is soon gone from here too.
    private static List<Described.TopicPartitions> Partitions(IEnumerable<TopicIdPartition> partitions, TopicsImage topics) =>
    [
        .. TopicIdPartition
            .ByTopic(partitions, (topic, numbers) => new Described.TopicPartitions { TopicId = topic, TopicName = topics.Find(topic)?.Name ?? "", Partitions = numbers })
            .Where(topic => topic.TopicName.Length > 0),
    ];
}
