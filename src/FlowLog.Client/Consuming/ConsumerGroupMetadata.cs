namespace FlowLog.Client.Consuming;

/// <summary>Who a consumer is within its group at a moment; a transactional producer sends it along so that a replaced member is refused.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="GenerationId">Generation of the membership, -1 when the consumer is not (yet) a member.</param>
/// <param name="MemberId">Id that the coordinator gave, empty when not a member.</param>
/// <param name="GroupInstanceId">Id of a static member (KIP-345), or null.</param>
public sealed record ConsumerGroupMetadata(string GroupId, int GenerationId = -1, string MemberId = "", string? GroupInstanceId = null);
