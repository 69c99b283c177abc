using System.Collections.Immutable;
using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups.Streams.Topics;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Groups.Streams;

/// <summary>
/// The instances of one Kafka Streams application (KIP-1071). They tell the broker their topology; it makes the topics that lie inside of it, cuts it
/// into tasks, and tells each member which to run. Epochs work as in consumer groups: a change of members, topology, topics or settings gives the group
/// the next one, a target is computed for it, and each member walks there by itself. Immutable.
/// </summary>
/// <remarks>
/// The rules are elsewhere: heartbeats in <see cref="StreamsHeartbeat"/>, topics in <see cref="ConfiguredTopology"/>, the target in
/// <see cref="StreamsTargeting"/>, the walk of one member in <see cref="TaskReconciliation"/>, and time in <see cref="StreamsExpiry"/>.
/// </remarks>
internal sealed record StreamsGroup(string Id) : IGroup
{
    public static readonly ImmutableSortedDictionary<string, string> NoConfigs = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Grows with every change. Epoch 0 is what members join with, so that a group never has it.</summary>
    public int Epoch { get; init; } = 1;

    /// <summary>Tells the topics that the group last saw from others; 0 for none.</summary>
    public long TopicsHash { get; init; }

    /// <summary>The epoch of the topology whose topics are all there and fit; -1 if they are not.</summary>
    public int ValidatedTopologyEpoch { get; init; }

    /// <summary>The settings that the target was last computed with.</summary>
    public ImmutableSortedDictionary<string, string> AssignmentConfigs { get; init; } = NoConfigs;

    /// <summary>What the application does; null until the first member has told. It outlives the members.</summary>
    public Topology? Topology { get; init; }

    public ImmutableSortedDictionary<string, StreamsMember> Members { get; init; } =
        ImmutableSortedDictionary.Create<string, StreamsMember>(StringComparer.Ordinal);

    /// <summary>The epoch that the target was computed for.</summary>
    public int TargetEpoch { get; init; } = 1;

    /// <summary>Milliseconds since 1970 at which that was; 0 if it never was.</summary>
    public long TargetAt { get; init; }

    /// <summary>What each member shall have.</summary>
    public ImmutableDictionary<string, TaskSets> Target { get; init; } = ImmutableDictionary.Create<string, TaskSets>(StringComparer.Ordinal);

    /// <summary>What the topology comes to with the topics as they are; null until somebody has looked. Not in records.</summary>
    public ConfiguredTopology? Configured { get; init; }

    /// <summary>Topics have changed since somebody looked. Not in records.</summary>
    public bool IsStale { get; init; } = true;

    /// <summary>The member that has asked all others to stop; null if none has. Not in records.</summary>
    public string? ShutdownBy { get; init; }

    /// <summary>Grows when what the endpoints have may have changed. Not in records.</summary>
    public int EndpointEpoch { get; init; }

    /// <summary>When the first target of a group that was empty is computed: until then more members may come. Not in records.</summary>
    public long FirstTargetDeadline { get; init; } = Moment.Never;

    public string TypeName => "streams";

    public string ProtocolTypeName => "streams";

    public bool IsEmpty => Members.IsEmpty;

    public string StateName
    {
        get
        {
            if (IsEmpty)
                return "Empty";

            if (Topology is null || Topology.Epoch != ValidatedTopologyEpoch)
                return "NotReady";

            if (Epoch > TargetEpoch)
                return "Assigning";

            return Members.Values.All(member => member.IsReconciledTo(TargetEpoch)) ? "Stable" : "Reconciling";
        }
    }

    public long NextDeadline
    {
        get
        {
            var next = FirstTargetDeadline;
            foreach (var member in Members.Values)
                next = Math.Min(next, Math.Min(member.SessionDeadline, member.RevocationDeadline));

            return next;
        }
    }

    public TaskSets TargetOf(string memberId) => Target.GetValueOrDefault(memberId, TaskSets.None);

    public StreamsGroup With(StreamsMember member) => this with { Members = Members.SetItem(member.Id, member) };

    public StreamsGroup Without(string memberId)
    {
        var left = Members.Remove(memberId);
        return this with { Members = left, Target = Target.Remove(memberId), ShutdownBy = left.IsEmpty ? null : ShutdownBy };
    }

    public bool IsSubscribedTo(string topic) => !IsEmpty && Topology?.SubtopologyOf(topic) is not null;

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
        if (!claim.IsTransactional && claim.ApiVersion < FirstWithEpochs)
            return ErrorCode.UnsupportedVersion;

        var epoch = claim.GenerationOrEpoch;
        if (epoch == member.Epoch || (epoch < member.Epoch && claim.Partitions.All(partition => HeldSince(member, partition) <= epoch)))
            return ErrorCode.None;

        return claim.IsTransactional ? ErrorCode.IllegalGeneration : ErrorCode.StaleMemberEpoch;
    }

    public ErrorCode CheckFetch(string? memberId, int memberEpoch)
    {
        // An epoch of nobody makes no sense, and Kafka fails over it.
        if (memberId is null)
            return memberEpoch < 0 ? ErrorCode.None : ErrorCode.UnknownServerError;

        if (!Members.TryGetValue(memberId, out var member))
            return ErrorCode.UnknownMemberId;

        return member.Epoch == memberEpoch ? ErrorCode.None : ErrorCode.StaleMemberEpoch;
    }

    public ErrorCode CheckOffsetDeletion() => ErrorCode.None;

    public ErrorCode CheckDeletion() => IsEmpty ? ErrorCode.None : ErrorCode.NonEmptyGroup;

    public long? UnusedSince(long committedAt) => committedAt;

    // A commit that was on its way while the member went on to the next epoch still counts, if the task has been the member's all the time.
    private int HeldSince(StreamsMember member, TopicPartition partition)
    {
        if (Topology?.SubtopologyOf(partition.Topic) is not { } subtopology)
            return int.MaxValue;

        var task = new TaskId(subtopology, partition.Partition);
        return member.Assigned.Active.TryGetValue(task, out var epoch) || member.Revoking.Active.TryGetValue(task, out epoch) ? epoch : int.MaxValue;
    }
}
