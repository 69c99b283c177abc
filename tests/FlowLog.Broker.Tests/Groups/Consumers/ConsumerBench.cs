using System.Collections.Immutable;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Tests.Groups.Consumers;

/// <summary>A group of the consumer protocol on a coordinator in memory, with topics that come and go by hand.</summary>
internal sealed class ConsumerBench
{
    public GroupBench Node { get; init; } = new();

    private GroupTopics Topics => field ??= new GroupTopics(Node);

    /// <summary>Makes a topic, or gives it more partitions.</summary>
    public Guid Topic(string name, int partitions) => Topics.Set(name, partitions);

    public void Delete(string name) => Topics.Delete(name);

    public Answer<ConsumerGroupHeartbeatResponse> Beat(
        string member, int epoch, string? topics = null, IEnumerable<TopicIdPartition>? owned = null, string? instance = null, string? pattern = null, string? assignor = null, bool full = false)
    {
        var request = new ConsumerGroupHeartbeatRequest
        {
            GroupId = GroupBench.Group,
            MemberId = member,
            MemberEpoch = epoch,
            InstanceId = instance,
            RebalanceTimeoutMs = epoch == 0 || full ? 45_000 : -1,
            SubscribedTopicNames = topics?.Split(',', StringSplitOptions.RemoveEmptyEntries).ToList(),
            SubscribedTopicRegex = pattern,
            ServerAssignor = assignor,
        };
        var beat = new Beat(request, new GroupCaller("client", "/127.0.0.1", 1, default), owned?.ToImmutableSortedSet() ?? (epoch == 0 ? TopicIdPartition.None : null));
        return GroupBench.Ask<ConsumerGroupHeartbeatResponse>(reply => Node.Coordinator.Heartbeat(beat, reply));
    }

    public ConsumerGroupDescribeResponse.DescribedGroup Describe() =>
        GroupBench.Ask<ConsumerGroupDescribeResponse.DescribedGroup>(reply => Node.Coordinator.DescribeConsumers(GroupBench.Group, reply)).Now;

    public static IReadOnlyList<TopicIdPartition>? Assigned(ConsumerGroupHeartbeatResponse answer) =>
        answer.Assignment is { } assignment ? [.. TopicIdPartition.Of(assignment.TopicPartitions, topic => topic.TopicId, topic => topic.Partitions)] : null;
}
