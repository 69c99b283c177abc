using FlowLog.Client.Cluster;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Administration;

/// <summary>Administers a cluster.</summary>
public sealed class AdminClient : IAdminClient
{
    private readonly ClusterLink _link;
    private readonly EachRetries _each;
    private readonly TopicCalls _topics;
    private readonly ConfigCalls _configs;
    private readonly GroupCalls _groups;
    private readonly GroupOffsets _groupOffsets;
    private readonly TransactionCalls _transactions;
    private readonly OffsetLookup _offsets;

    /// <summary>An admin client that connects when it is first used.</summary>
    /// <exception cref="OptionsException">The options contradict each other.</exception>
    public AdminClient(AdminOptions options, World? world = null, ILoggerFactory? loggers = null)
    {
        var log = (loggers ?? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance).CreateLogger<AdminClient>();
        _link = new ClusterLink(options, world ?? World.Real(loggers), log, createsTopics: false);
        _each = new EachRetries(_link);
        (_topics, _configs, _groups) = (new TopicCalls(_link), new ConfigCalls(_link), new GroupCalls(_link));
        (_groupOffsets, _transactions, _offsets) = (new GroupOffsets(_link), new TransactionCalls(_link), new OffsetLookup(_link));
    }

    private TimeSpan Limit => _link.Options.DefaultApiTimeout;

    /// <inheritdoc/>
    public ValueTask<ClusterDescription> DescribeClusterAsync(CancellationToken cancellation = default) =>
        _link.Retries.RunAsync("Cannot describe the cluster", Limit, async token =>
        {
            var metadata = ClusterMetadata.Empty.Apply(await _link.Metadata.AskAsync([], createTopics: false, token));
            return new ClusterDescription(metadata.ClusterId, metadata.ControllerId, [.. metadata.Brokers.OrderBy(broker => broker.NodeId)]);
        }, cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TopicListing>> ListTopicsAsync(bool includeInternal = false, CancellationToken cancellation = default) =>
        _link.Retries.RunAsync<IReadOnlyList<TopicListing>>("Cannot list topics", Limit, async token =>
        {
            var response = await _link.Metadata.AskAsync(null, createTopics: false, token);
            return
            [
                .. response.Topics.Where(topic => topic.Name is not null && (includeInternal || !topic.IsInternal))
                    .Select(topic => new TopicListing(topic.Name!, topic.TopicId, topic.IsInternal)).OrderBy(topic => topic.Name, StringComparer.Ordinal),
            ];
        }, cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, AdminResult<TopicMetadata>>> DescribeTopicsAsync(
        IReadOnlyCollection<string> topics, CancellationToken cancellation = default) =>
        await _link.Retries.RunAsync("Cannot describe topics", Limit, token => _topics.DescribeAsync(topics, token), cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, AdminResult<CreatedTopic>>> CreateTopicsAsync(
        IReadOnlyCollection<NewTopic> topics, bool validateOnly = false, CancellationToken cancellation = default)
    {
        var byName = topics.ToDictionary(topic => topic.Name, StringComparer.Ordinal);
        return await _each.RunAsync("Cannot create topics", byName.Keys, (names, token) => _topics.CreateAsync(names.Select(name => byName[name]), validateOnly, token), cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, AdminError>> DeleteTopicsAsync(IReadOnlyCollection<string> topics, CancellationToken cancellation = default) =>
        (await _each.RunAsync("Cannot delete topics", topics, _topics.DeleteAsync, cancellation)).Errors();

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, AdminError>> CreatePartitionsAsync(
        IReadOnlyDictionary<string, int> totalCounts, bool validateOnly = false, CancellationToken cancellation = default) =>
        (await _each.RunAsync("Cannot create partitions", [.. totalCounts.Keys],
            (names, token) => _topics.CreatePartitionsAsync(totalCounts.Where(count => names.Contains(count.Key)), validateOnly, token), cancellation)).Errors();

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<TopicPartition, AdminResult<long>>> DeleteRecordsAsync(
        IReadOnlyDictionary<TopicPartition, long> beforeOffsets, CancellationToken cancellation = default) =>
        await _each.RunAsync("Cannot delete records", [.. beforeOffsets.Keys], (partitions, token) => _topics.DeleteRecordsAsync(partitions, beforeOffsets, token), cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<ConfigResource, AdminResult<IReadOnlyList<ConfigEntry>>>> DescribeConfigsAsync(
        IReadOnlyCollection<ConfigResource> resources, CancellationToken cancellation = default) =>
        await _each.RunAsync("Cannot describe configs", resources, _configs.DescribeAsync, cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<ConfigResource, AdminError>> AlterConfigsAsync(
        IReadOnlyDictionary<ConfigResource, IReadOnlyCollection<ConfigChange>> changes, bool validateOnly = false, CancellationToken cancellation = default) =>
        (await _each.RunAsync("Cannot alter configs", [.. changes.Keys], (resources, token) => _configs.AlterAsync(resources, changes, validateOnly, token), cancellation)).Errors();

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<TopicPartition, AdminResult<OffsetAndTimestamp>>> ListOffsetsAsync(
        IReadOnlyDictionary<TopicPartition, OffsetSpec> specs, IsolationLevel isolation = IsolationLevel.ReadUncommitted, CancellationToken cancellation = default) =>
        await _each.RunAsync("Cannot list offsets", [.. specs.Keys], async (partitions, token) =>
        {
            if (partitions.Any(partition => _link.Metadata.Current.Partition(partition) is null))
            {
                _link.Metadata.Want(partitions.Select(partition => partition.Topic));
                await _link.Metadata.RefreshAsync(token);
            }

            var found = await _offsets.FindAsync(partitions.ToDictionary(partition => partition, partition => specs[partition].Timestamp), isolation, token);
            return found.ToDictionary(entry => entry.Key, entry => Read(entry.Value));
        }, cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<GroupListing>> ListGroupsAsync(CancellationToken cancellation = default) =>
        _link.Retries.RunAsync("Cannot list groups", Limit, _groups.ListAsync, cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, AdminResult<GroupDescription>>> DescribeGroupsAsync(
        IReadOnlyCollection<string> groups, CancellationToken cancellation = default) =>
        await _each.RunAsync("Cannot describe groups", groups, _groups.DescribeAsync, cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, AdminError>> DeleteGroupsAsync(IReadOnlyCollection<string> groups, CancellationToken cancellation = default) =>
        (await _each.RunAsync("Cannot delete groups", groups, _groups.DeleteAsync, cancellation)).Errors();

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>> ListGroupOffsetsAsync(
        string group, IReadOnlyCollection<TopicPartition>? partitions = null, bool requireStable = false, CancellationToken cancellation = default) =>
        await _link.Retries.RunAsync($"Cannot list the offsets of group {group}", Limit, token => _groupOffsets.FetchAsync(group, partitions, requireStable, token), cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<TopicPartition, AdminError>> AlterGroupOffsetsAsync(
        string group, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellation = default) =>
        (await _each.RunAsync($"Cannot alter the offsets of group {group}", [.. offsets.Keys], async (partitions, token) =>
        {
            var errors = await _groupOffsets.CommitAsync(new ConsumerGroupMetadata(group), offsets.Where(offset => partitions.Contains(offset.Key)).ToDictionary(), token);
            if (errors.Values.Any(error => error is ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable))
                _link.Forget(CoordinatorType.Group, group);
            return errors.ToDictionary(error => error.Key, error => Outcome.Of(error.Value));
        }, cancellation)).Errors();

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<TopicPartition, AdminError>> DeleteGroupOffsetsAsync(
        string group, IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation = default) =>
        (await _each.RunAsync($"Cannot delete offsets of group {group}", partitions, (some, token) => _groups.DeleteOffsetsAsync(group, some, token), cancellation)).Errors();

    /// <inheritdoc/>
    public ValueTask RemoveGroupMembersAsync(
        string group, IReadOnlyCollection<string>? groupInstanceIds, string reason, CancellationToken cancellation = default) =>
        _link.Retries.RunAsync($"Cannot remove members of group {group}", Limit, token => _groups.RemoveMembersAsync(group, groupInstanceIds, reason, token), cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<TopicPartition, AdminResult<IReadOnlyList<ActiveProducer>>>> DescribeProducersAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation = default) =>
        await _each.RunAsync("Cannot describe producers", partitions, _transactions.DescribeProducersAsync, cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TransactionListing>> ListTransactionsAsync(CancellationToken cancellation = default) =>
        _link.Retries.RunAsync("Cannot list transactions", Limit, _transactions.ListAsync, cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, AdminResult<TransactionDescription>>> DescribeTransactionsAsync(
        IReadOnlyCollection<string> transactionalIds, CancellationToken cancellation = default) =>
        await _each.RunAsync("Cannot describe transactions", transactionalIds, _transactions.DescribeAsync, cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, AdminError>> FenceProducersAsync(
        IReadOnlyCollection<string> transactionalIds, CancellationToken cancellation = default) =>
        (await _each.RunAsync("Cannot fence producers", transactionalIds, _transactions.FenceAsync, cancellation)).Errors();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private static AdminResult<OffsetAndTimestamp> Read(FoundOffset found) => found.Error != ErrorCode.None
        ? new(new AdminError(found.Error))
        : new(new OffsetAndTimestamp(found.Offset, found.Timestamp, found.LeaderEpoch < 0 ? null : found.LeaderEpoch));
}
