using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Streams;

/// <summary>Members that go, by their own wish or not.</summary>
internal static class StreamsLeave
{
    public static StreamsGroup Decide(StreamsGroup group, StreamsGroupHeartbeatRequest request, GroupTurn turn, out StreamsAnswer answer)
    {
        if (!group.Members.TryGetValue(request.MemberId, out var member))
        {
            answer = StreamsAnswers.Refused(ErrorCode.UnknownMemberId, $"Member {request.MemberId} is not a member of group {group.Id}.");
            return group;
        }

        if (request.ShutdownApplication)
            group = group with { ShutdownBy = group.ShutdownBy ?? member.Id };

        answer = StreamsAnswers.Gone(member.Id, request.MemberEpoch);
        return Remove(group, member, turn);
    }

    /// <summary>Takes a member out: with the next heartbeat of another one a target is computed in which others have its tasks.</summary>
    public static StreamsGroup Remove(StreamsGroup group, StreamsMember member, GroupTurn turn)
    {
        StreamsRecords.AddMemberTombstones(group.Id, member.Id, turn.Decision);
        group = group.Without(member.Id) with { Epoch = group.Epoch + 1 };
        turn.Decision.Add(StreamsRecords.Epoch(group));
        return group;
    }
}
