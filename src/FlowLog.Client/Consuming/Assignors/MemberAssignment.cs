using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Consuming.Assignors;

/// <summary>What a member gets.</summary>
/// <param name="Partitions">Its partitions.</param>
/// <param name="UserData">Its assignor's own bytes.</param>
public sealed record MemberAssignment(IReadOnlyList<TopicPartition> Partitions, ReadOnlyMemory<byte>? UserData = null);
