using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Classic;

/// <summary>The shapes of what classic members are told.</summary>
internal static class ClassicAnswers
{
    public static JoinGroupResponse JoinRefused(string memberId, ErrorCode error) => new()
    {
        ErrorCode = error,
        GenerationId = -1,
        MemberId = memberId,
        Leader = "",
        ProtocolType = null,
        ProtocolName = null,
    };

    /// <summary>Tells a member the generation that it is in; the leader also who else is, so that it can assign.</summary>
    public static JoinGroupResponse Joined(ClassicGroup group, ClassicMember member) =>
        Joined(group, member.Id, group.LeaderId ?? "", group.IsLeader(member.Id));

    public static JoinGroupResponse Joined(ClassicGroup group, string memberId, string leaderId, bool withMembers) => new()
    {
        ErrorCode = ErrorCode.None,
        GenerationId = group.Generation,
        ProtocolType = group.ProtocolType,
        ProtocolName = group.Protocol,
        Leader = leaderId,
        MemberId = memberId,
        Members = withMembers ? [.. group.Members.InOrderOfJoining.Select(other => Listed(other, group.Protocol))] : [],
    };

    public static SyncGroupResponse SyncRefused(ErrorCode error) => new()
    {
        ErrorCode = error,
        ProtocolType = null,
        ProtocolName = null,
    };

    public static SyncGroupResponse Assigned(ClassicGroup group, ReadOnlyMemory<byte> assignment) => new()
    {
        ErrorCode = ErrorCode.None,
        ProtocolType = group.ProtocolType,
        ProtocolName = group.Protocol,
        Assignment = assignment,
    };

    private static JoinGroupResponse.JoinGroupResponseMember Listed(ClassicMember member, string? protocol) => new()
    {
        MemberId = member.Id,
        GroupInstanceId = member.InstanceId,
        Metadata = member.MetadataFor(protocol),
    };
}
