using System.Collections.Immutable;
using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups.Streams.Topics;
using FlowLog.Protocol.Messages;
using CurrentValue = FlowLog.Protocol.Messages.StreamsGroupCurrentMemberAssignmentValue;
using TargetValue = FlowLog.Protocol.Messages.StreamsGroupTargetAssignmentMemberValue;

namespace FlowLog.Broker.Groups.Streams;

/// <summary>Streams groups as records, in the form of Apache Kafka, and what a record makes of a group.</summary>
internal static class StreamsRecords
{
    public static CoordinatorRecord Epoch(StreamsGroup group) => new(
        new StreamsGroupMetadataKey { GroupId = group.Id },
        new StreamsGroupMetadataValue
        {
            Epoch = group.Epoch,
            MetadataHash = group.TopicsHash,
            ValidatedTopologyEpoch = group.ValidatedTopologyEpoch,
            LastAssignmentConfigs =
                [.. group.AssignmentConfigs.Select(config => new StreamsGroupMetadataValue.LastAssignmentConfig { Key = config.Key, Value = config.Value })],
        },
        0);

    public static CoordinatorRecord Topology(string groupId, Topology topology) =>
        new(new StreamsGroupTopologyKey { GroupId = groupId }, topology.Value, 0);

    public static CoordinatorRecord Member(string groupId, StreamsMember member) => new(
        new StreamsGroupMemberMetadataKey { GroupId = groupId, MemberId = member.Id },
        new StreamsGroupMemberMetadataValue
        {
            InstanceId = member.InstanceId,
            RackId = member.RackId,
            ClientId = member.ClientId,
            ClientHost = member.ClientHost,
            RebalanceTimeoutMs = member.RebalanceTimeoutMs,
            TopologyEpoch = member.TopologyEpoch,
            ProcessId = member.ProcessId,
            UserEndpoint = member.Endpoint is { } endpoint ? new StreamsGroupMemberMetadataValue.Endpoint { Host = endpoint.Host, Port = endpoint.Port } : null,
            ClientTags = [.. member.Tags.Select(tag => new StreamsGroupMemberMetadataValue.KeyValue { Key = tag.Key, Value = tag.Value })],
        },
        0);

    public static CoordinatorRecord Target(string groupId, string memberId, TaskSets tasks) => new(
        new StreamsGroupTargetAssignmentMemberKey { GroupId = groupId, MemberId = memberId },
        new TargetValue { ActiveTasks = Target(tasks.Active), StandbyTasks = Target(tasks.Standby), WarmupTasks = Target(tasks.Warmup) },
        0);

    public static CoordinatorRecord TargetEpoch(StreamsGroup group) => new(
        new StreamsGroupTargetAssignmentMetadataKey { GroupId = group.Id },
        new StreamsGroupTargetAssignmentMetadataValue { AssignmentEpoch = group.TargetEpoch, AssignmentTimestamp = group.TargetAt },
        0);

    public static CoordinatorRecord Current(string groupId, StreamsMember member) => new(
        new StreamsGroupCurrentMemberAssignmentKey { GroupId = groupId, MemberId = member.Id },
        new CurrentValue
        {
            MemberEpoch = member.Epoch,
            PreviousMemberEpoch = member.PreviousEpoch,
            State = (sbyte)member.State,
            ActiveTasks = Held(member.Assigned.Active),
            StandbyTasks = Held(member.Assigned.Standby),
            WarmupTasks = Held(member.Assigned.Warmup),
            ActiveTasksPendingRevocation = Held(member.Revoking.Active),
            StandbyTasksPendingRevocation = Held(member.Revoking.Standby),
            WarmupTasksPendingRevocation = Held(member.Revoking.Warmup),
        },
        0);

    /// <summary>A member is gone: everything that was written about it.</summary>
    public static void AddMemberTombstones(string groupId, string memberId, Decision decision)
    {
        decision.Add(CoordinatorRecord.Tombstone(new StreamsGroupCurrentMemberAssignmentKey { GroupId = groupId, MemberId = memberId }));
        decision.Add(CoordinatorRecord.Tombstone(new StreamsGroupTargetAssignmentMemberKey { GroupId = groupId, MemberId = memberId }));
        decision.Add(CoordinatorRecord.Tombstone(new StreamsGroupMemberMetadataKey { GroupId = groupId, MemberId = memberId }));
    }

    /// <summary>The group is gone, which has no members any more.</summary>
    public static void AddTombstones(StreamsGroup group, Decision decision)
    {
        decision.Add(CoordinatorRecord.Tombstone(new StreamsGroupTargetAssignmentMetadataKey { GroupId = group.Id }));
        decision.Add(CoordinatorRecord.Tombstone(new StreamsGroupMetadataKey { GroupId = group.Id }));
        decision.Add(CoordinatorRecord.Tombstone(new StreamsGroupTopologyKey { GroupId = group.Id }));
    }

    /// <summary>The group that a record of a streams group is about; null for other records.</summary>
    public static string? GroupOf(CoordinatorRecord record) => record.Key switch
    {
        StreamsGroupMetadataKey key => key.GroupId,
        StreamsGroupTopologyKey key => key.GroupId,
        StreamsGroupMemberMetadataKey key => key.GroupId,
        StreamsGroupTargetAssignmentMetadataKey key => key.GroupId,
        StreamsGroupTargetAssignmentMemberKey key => key.GroupId,
        StreamsGroupCurrentMemberAssignmentKey key => key.GroupId,
        _ => null,
    };

    /// <summary>What <paramref name="record"/> makes of the group; null if it is gone.</summary>
    public static StreamsGroup? Apply(StreamsGroup group, CoordinatorRecord record) => record.Key switch
    {
        StreamsGroupMetadataKey => record.Value is StreamsGroupMetadataValue value ? ApplyEpoch(group, value) : null,
        StreamsGroupTopologyKey => group with { Topology = record.Value is StreamsGroupTopologyValue value ? new Topology(value) : null },
        StreamsGroupMemberMetadataKey key => record.Value is StreamsGroupMemberMetadataValue value
            ? group.With(Describe(group.Members.GetValueOrDefault(key.MemberId) ?? new StreamsMember(key.MemberId), value))
            : group.Without(key.MemberId),
        StreamsGroupTargetAssignmentMetadataKey => record.Value is StreamsGroupTargetAssignmentMetadataValue value
            ? group with { TargetEpoch = value.AssignmentEpoch, TargetAt = value.AssignmentTimestamp }
            : group with { TargetEpoch = -1, TargetAt = 0 },
        StreamsGroupTargetAssignmentMemberKey key => group with
        {
            Target = record.Value is TargetValue value
                ? group.Target.SetItem(key.MemberId, new TaskSets(Tasks(value.ActiveTasks), Tasks(value.StandbyTasks), Tasks(value.WarmupTasks)))
                : group.Target.Remove(key.MemberId),
        },
        StreamsGroupCurrentMemberAssignmentKey key => ApplyCurrent(group, key.MemberId, record.Value as CurrentValue),
        _ => group,
    };

    private static StreamsGroup ApplyEpoch(StreamsGroup group, StreamsGroupMetadataValue value) => group with
    {
        Epoch = value.Epoch,
        TopicsHash = value.MetadataHash,
        ValidatedTopologyEpoch = value.ValidatedTopologyEpoch,
        AssignmentConfigs = (value.LastAssignmentConfigs ?? []).Aggregate(StreamsGroup.NoConfigs, (configs, config) => configs.SetItem(config.Key, config.Value)),
    };

    private static StreamsMember Describe(StreamsMember member, StreamsGroupMemberMetadataValue value) => member with
    {
        InstanceId = value.InstanceId,
        RackId = value.RackId,
        ClientId = value.ClientId,
        ClientHost = value.ClientHost,
        RebalanceTimeoutMs = value.RebalanceTimeoutMs,
        TopologyEpoch = value.TopologyEpoch,
        ProcessId = value.ProcessId,
        Endpoint = value.UserEndpoint is { } endpoint ? new StreamsEndpoint(endpoint.Host, endpoint.Port) : null,
        Tags = value.ClientTags.Aggregate(StreamsMember.NoTags, (tags, tag) => tags.SetItem(tag.Key, tag.Value)),
    };

    private static StreamsGroup ApplyCurrent(StreamsGroup group, string memberId, CurrentValue? value)
    {
        // After compaction what a member has may stand before what it is.
        var member = group.Members.GetValueOrDefault(memberId);
        if (value is null)
        {
            return member is null
                ? group
                : group.With(member with { Epoch = StreamsMember.Leaves, PreviousEpoch = StreamsMember.Leaves, Assigned = HeldTasks.None, Revoking = HeldTasks.None });
        }

        return group.With((member ?? new StreamsMember(memberId)) with
        {
            Epoch = value.MemberEpoch,
            PreviousEpoch = value.PreviousMemberEpoch,
            State = (StreamsMemberState)value.State,
            Assigned = new HeldTasks(WithEpochs(value.ActiveTasks, value.MemberEpoch), Tasks(value.StandbyTasks), Tasks(value.WarmupTasks)),
            Revoking = new HeldTasks(
                WithEpochs(value.ActiveTasksPendingRevocation, value.MemberEpoch), Tasks(value.StandbyTasksPendingRevocation), Tasks(value.WarmupTasksPendingRevocation)),
        });
    }

    private static List<TargetValue.TaskIds> Target(ImmutableSortedSet<TaskId> tasks) =>
        TaskId.BySubtopology(tasks, (subtopology, partitions) => new TargetValue.TaskIds { SubtopologyId = subtopology, Partitions = partitions });

    private static List<CurrentValue.TaskIds> Held(ImmutableSortedSet<TaskId> tasks) =>
        TaskId.BySubtopology(tasks, (subtopology, partitions) => new CurrentValue.TaskIds { SubtopologyId = subtopology, Partitions = partitions });

    private static List<CurrentValue.TaskIds> Held(ImmutableSortedDictionary<TaskId, int> tasks) => TaskId.BySubtopology(tasks.Keys, (subtopology, partitions) => new CurrentValue.TaskIds
    {
        SubtopologyId = subtopology,
        Partitions = partitions,
        AssignmentEpochs = partitions.ConvertAll(partition => tasks[new TaskId(subtopology, partition)]),
    });

    private static ImmutableSortedSet<TaskId> Tasks(List<TargetValue.TaskIds> lists) => [.. TaskId.Of(lists, list => list.SubtopologyId, list => list.Partitions)];

    private static ImmutableSortedSet<TaskId> Tasks(List<CurrentValue.TaskIds> lists) => [.. TaskId.Of(lists, list => list.SubtopologyId, list => list.Partitions)];

    // Brokers of before did not write since when a member has its tasks: then it is the epoch that it is in.
    private static ImmutableSortedDictionary<TaskId, int> WithEpochs(List<CurrentValue.TaskIds> lists, int memberEpoch)
    {
        var tasks = ImmutableSortedDictionary.CreateBuilder<TaskId, int>();
        foreach (var list in lists)
        {
            var epochs = list.AssignmentEpochs is { } told && told.Count == list.Partitions.Count ? told : null;
            for (var i = 0; i < list.Partitions.Count; i++)
                tasks[new TaskId(list.SubtopologyId, list.Partitions[i])] = epochs?[i] ?? memberEpoch;
        }

        return tasks.ToImmutable();
    }
}
