using System.Collections.Immutable;
using FlowLog.Broker.Groups.Streams.Topics;
using FlowLog.Protocol.Errors;
using Described = FlowLog.Protocol.Messages.StreamsGroupDescribeResponse;
using Recorded = FlowLog.Protocol.Messages.StreamsGroupTopologyValue;

namespace FlowLog.Broker.Groups.Streams;

/// <summary>Streams groups as administrators see them.</summary>
internal static class StreamsDescriptions
{
    public static Described.DescribedGroup Of(StreamsGroup group) => new()
    {
        GroupId = group.Id,
        GroupState = group.StateName,
        GroupEpoch = group.Epoch,
        AssignmentEpoch = group.TargetEpoch,
        Topology = group.Configured is { IsReady: true } configured ? Topology(configured) : group.Topology is { } topology ? Topology(topology) : null,
        Members = [.. group.Members.Values.Select(member => Member(member, group.TargetOf(member.Id)))],
    };

    public static Described.DescribedGroup Refused(string groupId, ErrorCode error, string? why = null) =>
        new() { GroupId = groupId, ErrorCode = error, ErrorMessage = why };

    private static Described.Member Member(StreamsMember member, TaskSets target) => new()
    {
        MemberId = member.Id,
        MemberEpoch = member.Epoch,
        InstanceId = member.InstanceId,
        RackId = member.RackId,
        ClientId = member.ClientId,
        ClientHost = member.ClientHost,
        TopologyEpoch = member.TopologyEpoch,
        ProcessId = member.ProcessId,
        UserEndpoint = member.Endpoint is { } endpoint ? new Described.Endpoint { Host = endpoint.Host, Port = endpoint.Port } : null,
        ClientTags = [.. member.Tags.Select(tag => new Described.KeyValue { Key = tag.Key, Value = tag.Value })],
        Assignment = new Described.Assignment
        {
            ActiveTasks = Tasks(member.Assigned.Active.Keys),
            StandbyTasks = Tasks(member.Assigned.Standby),
            WarmupTasks = Tasks(member.Assigned.Warmup),
        },
        TargetAssignment = new Described.Assignment { ActiveTasks = Tasks(target.Active), StandbyTasks = Tasks(target.Standby), WarmupTasks = Tasks(target.Warmup) },
    };

    private static List<Described.TaskIds> Tasks(IEnumerable<TaskId> tasks) =>
        TaskId.BySubtopology(tasks, (subtopology, partitions) => new Described.TaskIds { SubtopologyId = subtopology, Partitions = partitions });

    private static Described.Topology Topology(ConfiguredTopology topology) => new()
    {
        Epoch = topology.Epoch,
        Subtopologies =
        [
            .. topology.Subtopologies.Select(part => new Described.Subtopology
            {
                SubtopologyId = part.Id,
                SourceTopics = [.. part.Sources],
                RepartitionSinkTopics = [.. part.RepartitionSinks],
                StateChangelogTopics = Topics(part.Changelogs),
                RepartitionSourceTopics = Topics(part.RepartitionSources),
            }),
        ],
    };

    private static Described.Topology Topology(Topology topology) => new()
    {
        Epoch = topology.Epoch,
        Subtopologies =
        [
            .. topology.Subtopologies.Select(part => new Described.Subtopology
            {
                SubtopologyId = part.SubtopologyId,
                SourceTopics = [.. part.SourceTopics.Order(StringComparer.Ordinal)],
                RepartitionSinkTopics = [.. part.RepartitionSinkTopics.Order(StringComparer.Ordinal)],
                StateChangelogTopics = Topics(part.StateChangelogTopics),
                RepartitionSourceTopics = Topics(part.RepartitionSourceTopics),
            }),
        ],
    };

    private static List<Described.TopicInfo> Topics(ImmutableArray<InternalTopic> topics) =>
    [
        .. topics.Select(topic => new Described.TopicInfo
        {
            Name = topic.Name,
            Partitions = topic.Partitions,
            ReplicationFactor = topic.ReplicationFactor,
            TopicConfigs = [.. topic.Configs.Select(config => new Described.KeyValue { Key = config.Key, Value = config.Value })],
        }),
    ];

    private static List<Described.TopicInfo> Topics(List<Recorded.TopicInfo> topics) =>
    [
        .. topics.OrderBy(topic => topic.Name, StringComparer.Ordinal).Select(topic => new Described.TopicInfo
        {
            Name = topic.Name,
            Partitions = topic.Partitions,
            ReplicationFactor = topic.ReplicationFactor,
            TopicConfigs = [.. topic.TopicConfigs.Select(config => new Described.KeyValue { Key = config.Key, Value = config.Value })],
        }),
    ];
}
