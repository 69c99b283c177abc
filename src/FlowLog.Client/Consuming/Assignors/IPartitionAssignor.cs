using FlowLog.Client.Cluster;

namespace FlowLog.Client.Consuming.Assignors;

/// <summary>
/// Distributes a group's partitions. Every member has an instance and contributes through it; the group's leader runs
/// <see cref="AssignAsync"/>. One instance serves one consumer and is called by one caller at a time.
/// </summary>
public interface IPartitionAssignor
{
    /// <summary>Name under which members agree on an assignor, for example "range".</summary>
    string Name { get; }

    /// <summary>Version of what it writes into user data; 0 unless it writes some.</summary>
    short Version => 0;

    /// <summary>Cooperative assignors let members keep, while a rebalance runs, what they keep anyway (KIP-429).</summary>
    RebalanceProtocol Protocol => RebalanceProtocol.Eager;

    /// <summary>Bytes sent to the leader with this member's subscription; asked for at each join.</summary>
    ReadOnlyMemory<byte>? SubscriptionUserData(IReadOnlyCollection<string> topics) => null;

    /// <summary>
    /// Computes the assignment of each member. Asynchronous, because an assignor may have to create topics first; heartbeats
    /// go on meanwhile.
    /// </summary>
    ValueTask<IReadOnlyDictionary<string, MemberAssignment>> AssignAsync(GroupSubscription group, CancellationToken cancellation);

    /// <summary>What this member got, before the consumer acts on it.</summary>
    void OnAssignment(MemberAssignment assignment, ConsumerGroupMetadata group)
    {
    }
}

/// <summary>How members give up partitions in a rebalance.</summary>
public enum RebalanceProtocol
{
    /// <summary>All of them, before they join again.</summary>
    Eager,

    /// <summary>Only what the new assignment takes from them, in a second round.</summary>
    Cooperative,
}

/// <summary>What a leader distributes.</summary>
/// <param name="Cluster">The cluster, with every topic that any member subscribes to (those that exist).</param>
/// <param name="Members">By member id.</param>
public sealed record GroupSubscription(ClusterMetadata Cluster, IReadOnlyDictionary<string, MemberSubscription> Members);
