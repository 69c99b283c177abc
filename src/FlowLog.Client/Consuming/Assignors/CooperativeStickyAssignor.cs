using System.Buffers.Binary;
using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Consuming.Assignors;

/// <summary>
/// Balanced with few moves, and members keep working through a rebalance on what they keep (KIP-429): a partition that moves is
/// given up in one round and handed out in the next.
/// </summary>
public sealed class CooperativeStickyAssignor : IPartitionAssignor
{
    private int _generation = -1;

    /// <inheritdoc/>
    public string Name => "cooperative-sticky";

    /// <inheritdoc/>
    public RebalanceProtocol Protocol => RebalanceProtocol.Cooperative;

    /// <summary>Generation of the last assignment, for leaders that do not read it from the subscription itself.</summary>
    public ReadOnlyMemory<byte>? SubscriptionUserData(IReadOnlyCollection<string> topics)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, _generation);
        return bytes;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, MemberAssignment>> AssignAsync(GroupSubscription group, CancellationToken cancellation)
    {
        var assignment = StickyPlan.Compute(group, group.Members.ToDictionary(
            member => member.Key, member => new Holding(GenerationOf(member.Value), member.Value.OwnedPartitions), StringComparer.Ordinal));
        WithholdWhatMoves(assignment, group);
        return new(assignment.ToAssignments());
    }

    /// <inheritdoc/>
    public void OnAssignment(MemberAssignment assignment, ConsumerGroupMetadata group) => _generation = group.GenerationId;

    private static int GenerationOf(MemberSubscription member) =>
        member.Generation ?? (member.UserData is { Length: >= sizeof(int) } data ? BinaryPrimitives.ReadInt32BigEndian(data.Span) : -1);

    /// <summary>Nobody gets what another still holds: the holder sees it missing, gives it up and asks for another round.</summary>
    private static void WithholdWhatMoves(Dictionary<string, List<TopicPartition>> assignment, GroupSubscription group)
    {
        Dictionary<TopicPartition, string> holders = [];
        foreach (var (member, subscription) in group.Members)
            foreach (var partition in subscription.OwnedPartitions)
                holders[partition] = member;

        foreach (var (member, partitions) in assignment)
            partitions.RemoveAll(partition => holders.TryGetValue(partition, out var holder) && holder != member);
    }
}
