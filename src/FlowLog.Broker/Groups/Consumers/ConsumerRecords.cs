using System.Collections.Immutable;
using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups.Classic;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Consumers;

/// <summary>Consumer groups as records, in the form of Apache Kafka, and what a record makes of a group.</summary>
internal static class ConsumerRecords
{
    public static CoordinatorRecord Epoch(ConsumerGroup group) => new(
        new ConsumerGroupMetadataKey { GroupId = group.Id },
        new ConsumerGroupMetadataValue { Epoch = group.Epoch, MetadataHash = group.TopicsHash },
        0);

    public static CoordinatorRecord Member(string groupId, ConsumerMember member) => new(
        new ConsumerGroupMemberMetadataKey { GroupId = groupId, MemberId = member.Id },
        new ConsumerGroupMemberMetadataValue
        {
            InstanceId = member.InstanceId,
            RackId = member.RackId,
            ClientId = member.ClientId,
            ClientHost = member.ClientHost,
            SubscribedTopicNames = [.. member.Topics],
            SubscribedTopicRegex = member.Pattern,
            RebalanceTimeoutMs = member.RebalanceTimeoutMs,
            ServerAssignor = member.Assignor,
            ClassicMemberMetadata = ToRecord(member.Classic),
        },
        0);

    public static CoordinatorRecord Current(string groupId, ConsumerMember member) => new(
        new ConsumerGroupCurrentMemberAssignmentKey { GroupId = groupId, MemberId = member.Id },
        new ConsumerGroupCurrentMemberAssignmentValue
        {
            MemberEpoch = member.Epoch,
            PreviousMemberEpoch = member.PreviousEpoch,
            State = (sbyte)member.State,
            AssignedPartitions = ByTopic(member.Assigned, member.Since),
            PartitionsPendingRevocation = ByTopic(member.Revoking, member.Since),
        },
        0);

    public static CoordinatorRecord Target(string groupId, string memberId, ImmutableSortedSet<TopicIdPartition> partitions) => new(
        new ConsumerGroupTargetAssignmentMemberKey { GroupId = groupId, MemberId = memberId },
        new ConsumerGroupTargetAssignmentMemberValue
        {
            TopicPartitions = TopicIdPartition.ByTopic(
                partitions,
                (topic, numbers) => new ConsumerGroupTargetAssignmentMemberValue.TopicPartition { TopicId = topic, Partitions = numbers }),
        },
        0);

    public static CoordinatorRecord TargetEpoch(ConsumerGroup group) => new(
        new ConsumerGroupTargetAssignmentMetadataKey { GroupId = group.Id },
        new ConsumerGroupTargetAssignmentMetadataValue { AssignmentEpoch = group.TargetEpoch, AssignmentTimestamp = group.TargetAt },
        0);

    public static CoordinatorRecord Pattern(string groupId, string pattern, ImmutableSortedSet<string> topics, long unixMs) => new(
        new ConsumerGroupRegularExpressionKey { GroupId = groupId, RegularExpression = pattern },
        new ConsumerGroupRegularExpressionValue { Topics = [.. topics], Timestamp = unixMs },
        0);

    public static CoordinatorRecord PatternTombstone(string groupId, string pattern) =>
        CoordinatorRecord.Tombstone(new ConsumerGroupRegularExpressionKey { GroupId = groupId, RegularExpression = pattern });

    /// <summary>A member is gone: everything that was written about it.</summary>
    public static void AddMemberTombstones(string groupId, string memberId, Decision decision)
    {
        decision.Add(CoordinatorRecord.Tombstone(new ConsumerGroupCurrentMemberAssignmentKey { GroupId = groupId, MemberId = memberId }));
        decision.Add(CoordinatorRecord.Tombstone(new ConsumerGroupTargetAssignmentMemberKey { GroupId = groupId, MemberId = memberId }));
        decision.Add(CoordinatorRecord.Tombstone(new ConsumerGroupMemberMetadataKey { GroupId = groupId, MemberId = memberId }));
    }

    /// <summary>Everything there is to be written about a group that was another one so far.</summary>
    public static void AddAll(ConsumerGroup group, Decision decision)
    {
        foreach (var member in group.Members.Values)
            decision.Add(Member(group.Id, member));

        decision.Add(Epoch(group));
        foreach (var (memberId, partitions) in group.Target.OrderBy(target => target.Key, StringComparer.Ordinal))
            decision.Add(Target(group.Id, memberId, partitions));

        decision.Add(TargetEpoch(group));
        foreach (var member in group.Members.Values)
            decision.Add(Current(group.Id, member));
    }

    /// <summary>The group is gone, or another one now.</summary>
    public static void AddTombstones(ConsumerGroup group, Decision decision)
    {
        foreach (var memberId in group.Members.Keys)
            AddMemberTombstones(group.Id, memberId, decision);

        foreach (var pattern in group.Patterns.Keys)
            decision.Add(PatternTombstone(group.Id, pattern));

        decision.Add(CoordinatorRecord.Tombstone(new ConsumerGroupTargetAssignmentMetadataKey { GroupId = group.Id }));
        decision.Add(CoordinatorRecord.Tombstone(new ConsumerGroupMetadataKey { GroupId = group.Id }));
    }

    /// <summary>The group that a record of a consumer group is about; null for other records.</summary>
    public static string? GroupOf(CoordinatorRecord record) => record.Key switch
    {
        ConsumerGroupMetadataKey key => key.GroupId,
        ConsumerGroupMemberMetadataKey key => key.GroupId,
        ConsumerGroupTargetAssignmentMetadataKey key => key.GroupId,
        ConsumerGroupTargetAssignmentMemberKey key => key.GroupId,
        ConsumerGroupCurrentMemberAssignmentKey key => key.GroupId,
        ConsumerGroupRegularExpressionKey key => key.GroupId,
        _ => null,
    };

    /// <summary>What <paramref name="record"/> makes of the group; null if it is gone.</summary>
    public static ConsumerGroup? Apply(ConsumerGroup group, CoordinatorRecord record) => record.Key switch
    {
        ConsumerGroupMetadataKey => record.Value is ConsumerGroupMetadataValue value ? group with { Epoch = value.Epoch, TopicsHash = value.MetadataHash } : null,
        ConsumerGroupMemberMetadataKey key => record.Value is ConsumerGroupMemberMetadataValue value
            ? group.With(Describe(group.Members.GetValueOrDefault(key.MemberId) ?? new ConsumerMember(key.MemberId), value))
            : group.Without(key.MemberId),
        ConsumerGroupCurrentMemberAssignmentKey key => ApplyCurrent(group, key.MemberId, record.Value as ConsumerGroupCurrentMemberAssignmentValue),
        ConsumerGroupTargetAssignmentMetadataKey => record.Value is ConsumerGroupTargetAssignmentMetadataValue value
            ? group with { TargetEpoch = value.AssignmentEpoch, TargetAt = value.AssignmentTimestamp }
            : group with { TargetEpoch = 0, TargetAt = 0 },
        ConsumerGroupTargetAssignmentMemberKey key => group with
        {
            Target = record.Value is ConsumerGroupTargetAssignmentMemberValue value
                ? group.Target.SetItem(key.MemberId, TopicIdPartition.Of(value.TopicPartitions, topic => topic.TopicId, topic => topic.Partitions))
                : group.Target.Remove(key.MemberId),
        },
        ConsumerGroupRegularExpressionKey key => group with
        {
            Patterns = record.Value is ConsumerGroupRegularExpressionValue value
                ? group.Patterns.SetItem(key.RegularExpression, value.Topics.ToImmutableSortedSet(StringComparer.Ordinal))
                : group.Patterns.Remove(key.RegularExpression),
        },
        _ => group,
    };

    private static ConsumerMember Describe(ConsumerMember member, ConsumerGroupMemberMetadataValue value) => member with
    {
        InstanceId = value.InstanceId,
        RackId = value.RackId,
        ClientId = value.ClientId,
        ClientHost = value.ClientHost,
        Topics = value.SubscribedTopicNames.ToImmutableSortedSet(StringComparer.Ordinal),
        Pattern = value.SubscribedTopicRegex ?? "",
        RebalanceTimeoutMs = value.RebalanceTimeoutMs,
        Assignor = value.ServerAssignor,
        Classic = FromRecord(value.ClassicMemberMetadata),
    };

    private static ConsumerGroup ApplyCurrent(ConsumerGroup group, string memberId, ConsumerGroupCurrentMemberAssignmentValue? value)
    {
        if (!group.Members.TryGetValue(memberId, out var member))
            return group;

        return group.With(member with
        {
            Epoch = value?.MemberEpoch ?? ConsumerMember.Leaves,
            PreviousEpoch = value?.PreviousMemberEpoch ?? ConsumerMember.Leaves,
            State = (MemberState)(value?.State ?? 0),
            Assigned = Partitions(value?.AssignedPartitions),
            Revoking = Partitions(value?.PartitionsPendingRevocation),
            Since = value is null ? ImmutableDictionary<TopicIdPartition, int>.Empty : Since(value),
        });
    }

    private static ImmutableSortedSet<TopicIdPartition> Partitions(List<ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions>? topics) =>
        topics is null ? TopicIdPartition.None : TopicIdPartition.Of(topics, topic => topic.TopicId, topic => topic.Partitions);

    // Brokers of before did not tell; then it is the epoch that the member is in.
    private static ImmutableDictionary<TopicIdPartition, int> Since(ConsumerGroupCurrentMemberAssignmentValue value)
    {
        var since = ImmutableDictionary.CreateBuilder<TopicIdPartition, int>();
        foreach (var topic in value.AssignedPartitions.Concat(value.PartitionsPendingRevocation))
        {
            for (var i = 0; i < topic.Partitions.Count; i++)
                since[new TopicIdPartition(topic.TopicId, topic.Partitions[i])] = topic.AssignmentEpochs is { } epochs && i < epochs.Count ? epochs[i] : value.MemberEpoch;
        }

        return since.ToImmutable();
    }

    private static List<ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions> ByTopic(
        ImmutableSortedSet<TopicIdPartition> partitions, ImmutableDictionary<TopicIdPartition, int> since) => TopicIdPartition.ByTopic(
        partitions,
        (topic, numbers) => new ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions
        {
            TopicId = topic,
            Partitions = numbers,
            AssignmentEpochs = [.. numbers.Select(number => since.GetValueOrDefault(new TopicIdPartition(topic, number)))],
        });

    private static ConsumerGroupMemberMetadataValue.ClassicMember? ToRecord(ClassicSide? classic) => classic is null ? null : new()
    {
        SessionTimeoutMs = classic.SessionTimeoutMs,
        SupportedProtocols =
        [
            .. classic.Protocols.Select(protocol => new ConsumerGroupMemberMetadataValue.ClassicProtocol { Name = protocol.Name, Metadata = protocol.Metadata }),
        ],
    };

    private static ClassicSide? FromRecord(ConsumerGroupMemberMetadataValue.ClassicMember? classic) => classic is null
        ? null
        : new ClassicSide(classic.SessionTimeoutMs, [.. classic.SupportedProtocols.Select(protocol => new MemberProtocol(protocol.Name, protocol.Metadata.ToArray()))]);
}
