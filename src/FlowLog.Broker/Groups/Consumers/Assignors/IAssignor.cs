using System.Collections.Immutable;

namespace FlowLog.Broker.Groups.Consumers.Assignors;

/// <summary>Decides which member shall have which partitions. Pure: the same question always gets the same answer.</summary>
internal interface IAssignor
{
    /// <summary>The name that members ask for it by.</summary>
    string Name { get; }

    /// <summary>The partitions of each member that <paramref name="question"/> names. Every partition that somebody subscribes to is given to exactly one.</summary>
    IReadOnlyDictionary<string, ImmutableSortedSet<TopicIdPartition>> Assign(AssignmentQuestion question);
}

/// <summary>What there is to be assigned, and to whom.</summary>
/// <param name="Members">The members, by ascending id.</param>
/// <param name="PartitionCounts">How many partitions each topic has that exists and that somebody subscribes to.</param>
/// <param name="IsHomogeneous">Every member subscribes to the same topics.</param>
internal sealed record AssignmentQuestion(IReadOnlyList<AssignedMember> Members, IReadOnlyDictionary<Guid, int> PartitionCounts, bool IsHomogeneous);

/// <summary>One member in the eyes of an assignor.</summary>
/// <param name="Id">Its id.</param>
/// <param name="InstanceId">What a static member is called, which outlives its id; or null.</param>
/// <param name="Topics">What it subscribes to, as far as it exists.</param>
/// <param name="Present">What it shall have so far.</param>
internal sealed record AssignedMember(string Id, string? InstanceId, ImmutableSortedSet<Guid> Topics, ImmutableSortedSet<TopicIdPartition> Present);
