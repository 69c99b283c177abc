using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Administration;

/// <summary>A group in a list.</summary>
/// <param name="GroupId">Its id.</param>
/// <param name="ProtocolType">"consumer", "connect", or empty for a group that only holds offsets.</param>
/// <param name="State">Empty, PreparingRebalance, CompletingRebalance, Stable, Dead; empty text from brokers that do not tell.</param>
/// <param name="Type">classic, consumer, share, streams; empty text from brokers that do not tell.</param>
public sealed record GroupListing(string GroupId, string ProtocolType, string State, string Type);

/// <summary>A group with its members.</summary>
/// <param name="GroupId">Its id.</param>
/// <param name="ProtocolType">"consumer", "connect", or empty.</param>
/// <param name="Protocol">The assignor, or whatever the members have agreed on.</param>
/// <param name="State">Empty, PreparingRebalance, CompletingRebalance, Stable, Dead.</param>
/// <param name="Members">Its members.</param>
/// <param name="CoordinatorId">Node id of its coordinator.</param>
public sealed record GroupDescription(
    string GroupId, string ProtocolType, string Protocol, string State, IReadOnlyList<GroupMemberDescription> Members, int CoordinatorId);

/// <summary>A member of a group.</summary>
/// <param name="MemberId">Given by the coordinator.</param>
/// <param name="GroupInstanceId">Id of a static member, or null.</param>
/// <param name="ClientId">Its client id.</param>
/// <param name="Host">Where it connects from.</param>
/// <param name="Metadata">What it told the leader, as bytes.</param>
/// <param name="Assignment">What it was given, as bytes.</param>
public sealed record GroupMemberDescription(
    string MemberId, string? GroupInstanceId, string ClientId, string Host, ReadOnlyMemory<byte> Metadata, ReadOnlyMemory<byte> Assignment)
{
    /// <summary>The assignment as partitions; empty for groups that are not consumer groups.</summary>
    public IReadOnlyList<TopicPartition> Partitions { get; init; } = [];
}
