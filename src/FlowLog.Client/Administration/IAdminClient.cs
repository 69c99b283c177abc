using FlowLog.Client.Cluster;
using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Administration;

/// <summary>
/// Administers a cluster. Thread-safe. Calls retry what a retry helps with until <c>default.api.timeout.ms</c>. Calls about several things answer per
/// thing: what failed carries its error, and does not stop the others.
/// </summary>
public interface IAdminClient : IAsyncDisposable
{
    /// <summary>Brokers, controller and cluster id.</summary>
    ValueTask<ClusterDescription> DescribeClusterAsync(CancellationToken cancellation = default);

    /// <summary>Names of all topics; the cluster's own ones only when asked for.</summary>
    ValueTask<IReadOnlyList<TopicListing>> ListTopicsAsync(bool includeInternal = false, CancellationToken cancellation = default);

    /// <summary>Partitions, leaders and replicas of these topics.</summary>
    ValueTask<IReadOnlyDictionary<string, AdminResult<TopicMetadata>>> DescribeTopicsAsync(
        IReadOnlyCollection<string> topics, CancellationToken cancellation = default);

    /// <summary>Creates topics, or only checks whether that would work.</summary>
    ValueTask<IReadOnlyDictionary<string, AdminResult<CreatedTopic>>> CreateTopicsAsync(
        IReadOnlyCollection<NewTopic> topics, bool validateOnly = false, CancellationToken cancellation = default);

    /// <summary>Deletes topics with all their data.</summary>
    ValueTask<IReadOnlyDictionary<string, AdminError>> DeleteTopicsAsync(IReadOnlyCollection<string> topics, CancellationToken cancellation = default);

    /// <summary>Raises the number of partitions to the one given, per topic.</summary>
    ValueTask<IReadOnlyDictionary<string, AdminError>> CreatePartitionsAsync(
        IReadOnlyDictionary<string, int> totalCounts, bool validateOnly = false, CancellationToken cancellation = default);

    /// <summary>Drops the records before an offset per partition (-1: all so far) and tells the new start of each log.</summary>
    ValueTask<IReadOnlyDictionary<TopicPartition, AdminResult<long>>> DeleteRecordsAsync(
        IReadOnlyDictionary<TopicPartition, long> beforeOffsets, CancellationToken cancellation = default);

    /// <summary>All settings of these topics or brokers, defaults included.</summary>
    ValueTask<IReadOnlyDictionary<ConfigResource, AdminResult<IReadOnlyList<ConfigEntry>>>> DescribeConfigsAsync(
        IReadOnlyCollection<ConfigResource> resources, CancellationToken cancellation = default);

    /// <summary>Sets, deletes, appends to or subtracts from single settings (KIP-339). A resource with any wrong change is left as it was.</summary>
    ValueTask<IReadOnlyDictionary<ConfigResource, AdminError>> AlterConfigsAsync(
        IReadOnlyDictionary<ConfigResource, IReadOnlyCollection<ConfigChange>> changes, bool validateOnly = false, CancellationToken cancellation = default);

    /// <summary>Offsets by position or time.</summary>
    ValueTask<IReadOnlyDictionary<TopicPartition, AdminResult<OffsetAndTimestamp>>> ListOffsetsAsync(
        IReadOnlyDictionary<TopicPartition, OffsetSpec> specs, IsolationLevel isolation = IsolationLevel.ReadUncommitted, CancellationToken cancellation = default);

    /// <summary>All groups of the cluster.</summary>
    ValueTask<IReadOnlyList<GroupListing>> ListGroupsAsync(CancellationToken cancellation = default);

    /// <summary>Members and assignments of these groups.</summary>
    ValueTask<IReadOnlyDictionary<string, AdminResult<GroupDescription>>> DescribeGroupsAsync(
        IReadOnlyCollection<string> groups, CancellationToken cancellation = default);

    /// <summary>Deletes groups that have no members, with their offsets.</summary>
    ValueTask<IReadOnlyDictionary<string, AdminError>> DeleteGroupsAsync(IReadOnlyCollection<string> groups, CancellationToken cancellation = default);

    /// <summary>What a group has committed: for these partitions, or for all that it has commits for.</summary>
    ValueTask<IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>> ListGroupOffsetsAsync(
        string group, IReadOnlyCollection<TopicPartition>? partitions = null, bool requireStable = false, CancellationToken cancellation = default);

    /// <summary>Sets the committed offsets of a group without members.</summary>
    ValueTask<IReadOnlyDictionary<TopicPartition, AdminError>> AlterGroupOffsetsAsync(
        string group, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellation = default);

    /// <summary>Forgets committed offsets of topics that no member subscribes to.</summary>
    ValueTask<IReadOnlyDictionary<TopicPartition, AdminError>> DeleteGroupOffsetsAsync(
        string group, IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation = default);

    /// <summary>Removes members: static ones by instance id, or everybody when null.</summary>
    ValueTask RemoveGroupMembersAsync(
        string group, IReadOnlyCollection<string>? groupInstanceIds, string reason, CancellationToken cancellation = default);

    /// <summary>Producers that are writing, or have lately written, to these partitions.</summary>
    ValueTask<IReadOnlyDictionary<TopicPartition, AdminResult<IReadOnlyList<ActiveProducer>>>> DescribeProducersAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation = default);

    /// <summary>All transactional ids that the cluster remembers.</summary>
    ValueTask<IReadOnlyList<TransactionListing>> ListTransactionsAsync(CancellationToken cancellation = default);

    /// <summary>State of these transactional ids.</summary>
    ValueTask<IReadOnlyDictionary<string, AdminResult<TransactionDescription>>> DescribeTransactionsAsync(
        IReadOnlyCollection<string> transactionalIds, CancellationToken cancellation = default);

    /// <summary>Ends the transactions of these ids and makes their producers useless (KIP-588), as Connect does before new tasks start.</summary>
    ValueTask<IReadOnlyDictionary<string, AdminError>> FenceProducersAsync(IReadOnlyCollection<string> transactionalIds, CancellationToken cancellation = default);
}
