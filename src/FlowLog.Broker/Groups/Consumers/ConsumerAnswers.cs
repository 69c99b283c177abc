using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Answer = FlowLog.Protocol.Messages.ConsumerGroupHeartbeatResponse;

namespace FlowLog.Broker.Groups.Consumers;

/// <summary>What members are told.</summary>
internal static class ConsumerAnswers
{
    public static Answer Refused(ErrorCode error, string? why = null) => new() { ErrorCode = error, ErrorMessage = why ?? ErrorCodes.Describe(error).Sentence };

    public static Answer Standing(ConsumerMember member, ConsumerSettings settings, bool withAssignment) => new()
    {
        MemberId = member.Id,
        MemberEpoch = member.Epoch,
        HeartbeatIntervalMs = settings.HeartbeatIntervalMs,
        Assignment = withAssignment
            ? new Answer.MemberAssignment
            {
                TopicPartitions = TopicIdPartition.ByTopic(
                    member.Assigned,
                    (topic, partitions) => new Answer.TopicPartitions { TopicId = topic, Partitions = partitions }),
            }
            : null,
    };

    public static Answer Gone(string memberId, int epoch) => new() { MemberId = memberId, MemberEpoch = epoch };
}
