using System.Collections.Immutable;
using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Classic;

/// <summary>A classic group as the record that outlives its coordinator, and back.</summary>
internal static class ClassicRecords
{
    /// <summary>The last version without tagged fields: every broker since 2.3 reads it.</summary>
    private const short ValueVersion = 3;

    /// <summary>The group as it is, members with the assignments that they hold.</summary>
    public static CoordinatorRecord Metadata(ClassicGroup group)
    {
        var value = new GroupMetadataValue
        {
            ProtocolType = group.ProtocolType ?? "",
            Generation = group.Generation,
            Protocol = group.Protocol,
            Leader = group.LeaderId,
            CurrentStateTimestamp = group.StateSince,
            Members = [.. group.Members.InOrderOfJoining.Select(member => ToRecord(member, group.Protocol))],
        };
        return new CoordinatorRecord(new GroupMetadataKey { Group = group.Id }, value, ValueVersion);
    }

    public static CoordinatorRecord Tombstone(string groupId) => CoordinatorRecord.Tombstone(new GroupMetadataKey { Group = groupId });

    /// <summary>The group that a record describes: at rest, nobody waiting, no deadlines yet.</summary>
    public static ClassicGroup FromRecord(string groupId, GroupMetadataValue value)
    {
        var members = MemberSet.None;
        var ordinal = 0L;
        foreach (var member in value.Members)
            members = members.With(FromRecord(member, value.Protocol, ordinal++));

        var group = new ClassicGroup(groupId)
        {
            State = members.Count == 0 ? ClassicState.Empty : ClassicState.Stable,
            StateSince = value.CurrentStateTimestamp,
            ProtocolType = value.ProtocolType.Length == 0 ? null : value.ProtocolType,
            Generation = value.Generation,
            Protocol = value.Protocol,
            LeaderId = value.Leader,
            Members = members,
            NextOrdinal = ordinal,
        };
        return group with { Topics = ClassicSubscriptions.Of(group) };
    }

    private static GroupMetadataValue.MemberMetadata ToRecord(ClassicMember member, string? protocol) => new()
    {
        MemberId = member.Id,
        GroupInstanceId = member.InstanceId,
        ClientId = member.ClientId,
        ClientHost = member.ClientHost,
        RebalanceTimeout = member.RebalanceTimeoutMs,
        SessionTimeout = member.SessionTimeoutMs,
        Subscription = member.MetadataFor(protocol),
        Assignment = member.Held ?? member.Assignment,
    };

    private static ClassicMember FromRecord(GroupMetadataValue.MemberMetadata member, string? protocol, long ordinal) => new()
    {
        Id = member.MemberId,
        InstanceId = member.GroupInstanceId,
        ClientId = member.ClientId,
        ClientHost = member.ClientHost,
        RebalanceTimeoutMs = member.RebalanceTimeout < 0 ? member.SessionTimeout : member.RebalanceTimeout,
        SessionTimeoutMs = member.SessionTimeout,
        Protocols = protocol is null ? [] : [new MemberProtocol(protocol, member.Subscription)],
        Assignment = member.Assignment,
        Ordinal = ordinal,
    };
}
