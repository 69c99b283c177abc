using System.Collections.Immutable;
using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Groups.Consumers;

/// <summary>
/// A group whose members are told by the broker what to read (KIP-848). Whenever subscriptions or topics change the group gets a new epoch; a target is
/// computed for it; and each member walks from what it has to what it shall have, without anybody waiting for everybody. Immutable.
/// </summary>
/// <remarks>
/// The rules are elsewhere: heartbeats in <see cref="ConsumerHeartbeat"/>, what is subscribed to in <see cref="Subscriptions"/>, the target in
/// <see cref="Targeting"/>, the walk of one member in <see cref="Reconciliation"/>, and time in <see cref="ConsumerExpiry"/>.
/// </remarks>
internal sealed record ConsumerGroup(string Id) : IGroup
{
    /// <summary>The <see cref="StateName"/> of a group in which everybody has what it shall have.</summary>
    public const string Stable = "Stable";

    private static readonly ImmutableSortedDictionary<string, ConsumerMember> s_noMembers =
        ImmutableSortedDictionary.Create<string, ConsumerMember>(StringComparer.Ordinal);

    /// <summary>Grows with every change of subscriptions or topics. Epoch 0 is what members join with, so that a group never has it.</summary>
    public int Epoch { get; init; } = 1;

    /// <summary>Tells the topics that the group last saw from others; 0 for none.</summary>
    public long TopicsHash { get; init; }

    public ImmutableSortedDictionary<string, ConsumerMember> Members { get; init; } = s_noMembers;

    /// <summary>
    /// Which member an instance id stands for: the one that said it last. A member that has taken another one since is still found by its former ones, for as
    /// long as the coordinator lives. Kept beside the members, of which there may be thousands.
    /// </summary>
    private ImmutableDictionary<string, string> Instances { get; init; } = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The epoch that the target was computed for.</summary>
    public int TargetEpoch { get; init; }

    /// <summary>Milliseconds since 1970 at which that was.</summary>
    public long TargetAt { get; init; }

    /// <summary>What each member shall have.</summary>
    public ImmutableDictionary<string, ImmutableSortedSet<TopicIdPartition>> Target { get; init; } =
        ImmutableDictionary.Create<string, ImmutableSortedSet<TopicIdPartition>>(StringComparer.Ordinal);

    /// <summary>The topics that each pattern of a member matched when it was last looked.</summary>
    public ImmutableDictionary<string, ImmutableSortedSet<string>> Patterns { get; init; } =
        ImmutableDictionary.Create<string, ImmutableSortedSet<string>>(StringComparer.Ordinal);

    /// <summary>Who has a partition, or has not yet confirmed that it gave it up.</summary>
    public ImmutableDictionary<TopicIdPartition, string> Owners { get; init; } = ImmutableDictionary<TopicIdPartition, string>.Empty;

    /// <summary>When the topics that there are are next held against the patterns. Not in records.</summary>
    public long LookDeadline { get; init; } = Moment.Never;

    public string TypeName => "consumer";

    public string ProtocolTypeName => "consumer";

    public bool IsEmpty => Members.IsEmpty;

    public string StateName
    {
        get
        {
            if (IsEmpty)
                return "Empty";

            if (Epoch > TargetEpoch)
                return "Assigning";

            return Members.Values.All(member => member.State == MemberState.Stable && member.Epoch == TargetEpoch) ? Stable : "Reconciling";
        }
    }

    public long NextDeadline
    {
        get
        {
            var next = LookDeadline;
            foreach (var member in Members.Values)
                next = Math.Min(next, member.NextDeadline);

            return next;
        }
    }

    public ImmutableSortedSet<TopicIdPartition> TargetOf(string memberId) => Target.GetValueOrDefault(memberId, TopicIdPartition.None);

    public ConsumerMember? OfInstance(string instanceId) => Instances.TryGetValue(instanceId, out var memberId) ? Members.GetValueOrDefault(memberId) : null;

    public ConsumerGroup With(ConsumerMember member)
    {
        var before = Members.GetValueOrDefault(member.Id);
        var owners = Owners;
        if (before is null || !ReferenceEquals(before.Assigned, member.Assigned) || !ReferenceEquals(before.Revoking, member.Revoking))
        {
            var builder = owners.ToBuilder();
            Release(builder, before);
            foreach (var partition in member.Assigned.Union(member.Revoking))
                builder[partition] = member.Id;
            owners = builder.ToImmutable();
        }

        var instances = member.InstanceId is { } instance && member.InstanceId != before?.InstanceId ? Instances.SetItem(instance, member.Id) : Instances;
        return this with { Members = Members.SetItem(member.Id, member), Owners = owners, Instances = instances };
    }

    public ConsumerGroup Without(string memberId)
    {
        var builder = Owners.ToBuilder();
        Release(builder, Members.GetValueOrDefault(memberId));
        var instances = Instances.RemoveRange(Instances.Where(instance => instance.Value == memberId).Select(instance => instance.Key));
        return this with { Members = Members.Remove(memberId), Target = Target.Remove(memberId), Owners = builder.ToImmutable(), Instances = instances };
    }

    /// <summary>What a member reads: what it names, and what its pattern matched.</summary>
    public IEnumerable<string> TopicsOf(ConsumerMember member) =>
        member.Pattern.Length > 0 ? member.Topics.Union(Patterns.GetValueOrDefault(member.Pattern, member.Topics.Clear())) : member.Topics;

    public bool IsSubscribedTo(string topic) => Members.Values.Any(member => TopicsOf(member).Contains(topic));

    public ErrorCode CheckCommit(in CommitClaim claim)
    {
        if (claim.GenerationOrEpoch < 0 && IsEmpty)
            return ErrorCode.None;

        if (claim.IsTransactional && claim.GenerationOrEpoch == -1 && claim.MemberId.Length == 0 && claim.InstanceId is null)
            return ErrorCode.None;

        if (!Members.TryGetValue(claim.MemberId, out var member))
            return ErrorCode.UnknownMemberId;

        // Clients of before do not know what a stale epoch is.
        const short FirstWithEpochs = 9;
        if (!claim.IsTransactional && member.Classic is null && claim.ApiVersion < FirstWithEpochs)
            return ErrorCode.UnsupportedVersion;

        return claim.GenerationOrEpoch > member.Epoch ? OutOfDate(member, claim.IsTransactional) : ErrorCode.None;
    }

    /// <summary>
    /// A member that has not heard yet that its epoch is another one may still commit what it was given in or before the epoch that it says: it is lagging, and
    /// nobody else has the partition.
    /// </summary>
    public ErrorCode CheckCommitOf(in CommitClaim claim, TopicIdPartition partition)
    {
        if (!Members.TryGetValue(claim.MemberId, out var member) || member.Epoch == claim.GenerationOrEpoch)
            return ErrorCode.None;

        return member.Since.TryGetValue(partition, out var since) && since <= claim.GenerationOrEpoch
            ? ErrorCode.None
            : OutOfDate(member, claim.IsTransactional);
    }

    public ErrorCode CheckFetch(string? memberId, int memberEpoch)
    {
        // An epoch of nobody makes no sense, and Kafka fails over it.
        if (memberId is null)
            return memberEpoch < 0 ? ErrorCode.None : ErrorCode.UnknownServerError;

        if (!Members.TryGetValue(memberId, out var member))
            return ErrorCode.UnknownMemberId;

        return member.Epoch == memberEpoch ? ErrorCode.None : OutOfDate(member, isTransactional: false);
    }

    public ErrorCode CheckOffsetDeletion() => ErrorCode.None;

    public ErrorCode CheckDeletion() => IsEmpty ? ErrorCode.None : ErrorCode.NonEmptyGroup;

    public long? UnusedSince(long committedAt) => committedAt;

    // Clients of the classic protocol, and transactional producers, know generations only.
    private static ErrorCode OutOfDate(ConsumerMember member, bool isTransactional) =>
        isTransactional || member.Classic is not null ? ErrorCode.IllegalGeneration : ErrorCode.StaleMemberEpoch;

    private static void Release(ImmutableDictionary<TopicIdPartition, string>.Builder owners, ConsumerMember? member)
    {
        if (member is null)
            return;

        // Records of two members may come in either order: what somebody else has been given stays with it.
        foreach (var partition in member.Assigned.Union(member.Revoking))
        {
            if (owners.GetValueOrDefault(partition) == member.Id)
                owners.Remove(partition);
        }
    }
}
