using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Consuming.Assignors;

/// <summary>Balanced with few moves, under the eager protocol. New groups do better with <see cref="CooperativeStickyAssignor"/>.</summary>
public sealed class StickyAssignor : IPartitionAssignor
{
    private int _generation = -1;
    private IReadOnlyList<TopicPartition> _held = [];

    /// <inheritdoc/>
    public string Name => "sticky";

    /// <summary>What the member held before it gave everything up, and its generation: Java's version 1 layout.</summary>
    public ReadOnlyMemory<byte>? SubscriptionUserData(IReadOnlyCollection<string> topics) => _held.Count == 0 ? null : StickyUserData.Write(_held, _generation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, MemberAssignment>> AssignAsync(GroupSubscription group, CancellationToken cancellation) =>
        new(StickyPlan.Compute(group, group.Members.ToDictionary(member => member.Key, HoldingOf, StringComparer.Ordinal)).ToAssignments());

    /// <inheritdoc/>
    public void OnAssignment(MemberAssignment assignment, ConsumerGroupMetadata group)
    {
        _held = assignment.Partitions;
        _generation = group.GenerationId;
    }

    private static Holding HoldingOf(KeyValuePair<string, MemberSubscription> member) =>
        member.Value.UserData is { } data ? StickyUserData.Read(data.Span) : new Holding(member.Value.Generation ?? -1, member.Value.OwnedPartitions);
}
