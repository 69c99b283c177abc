using FlowLog.Client.Cluster;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Client.Producing.Transactions;

/// <summary>
/// What a transactional producer asks of its coordinator and of its group's, repeated while a repeat helps. Clusters on
/// transaction.version 2 (KIP-890) get requests that add partitions and offsets by themselves, older ones those that do not.
/// </summary>
internal sealed class TransactionRequests(ClusterLink link, ProducerOptions options)
{
    private const string Feature = "transaction.version";
    private const short NewestEndOfVersion1 = 4;
    private const short NewestOffsetsOfVersion1 = 4;
    private const short NewestOffsetsOfVersion2 = 5;
    private const short NewestAddOfClients = 3;

    private string Id => options.TransactionalId!;

    /// <summary>A new epoch for the transactional id; whoever has an older one is fenced, and what it left open is aborted.</summary>
    public ValueTask<(ProducerIdAndEpoch Identity, bool IsVersion2)> InitAsync(ProducerIdAndEpoch current, CancellationToken cancellation) =>
        RunAsync($"Transactional id {Id} was not initialized", async token =>
        {
            var isVersion2 = false;
            var response = await AskAsync(connection =>
            {
                isVersion2 = connection.Versions.Feature(Feature) >= 2;
                return new InitProducerIdRequest
                {
                    TransactionalId = Id,
                    TransactionTimeoutMs = (int)options.TransactionTimeout.TotalMilliseconds,
                    ProducerId = current.Id,
                    ProducerEpoch = current.Epoch,
                };
            }, token);
            Check(response.ErrorCode);
            return (new ProducerIdAndEpoch(response.ProducerId, response.ProducerEpoch), isVersion2);
        }, cancellation);

    /// <summary>Adds partitions before anything is sent to them (version 1).</summary>
    public ValueTask AddPartitionsAsync(ProducerIdAndEpoch identity, IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation) =>
        DoAsync($"Partitions were not added to the transaction of {Id}", async token =>
        {
            var request = new AddPartitionsToTxnRequest
            {
                V3AndBelowTransactionalId = Id,
                V3AndBelowProducerId = identity.Id,
                V3AndBelowProducerEpoch = identity.Epoch,
                V3AndBelowTopics =
                [
                    .. partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal).Select(topic =>
                        new AddPartitionsToTxnRequest.AddPartitionsToTxnTopic { Name = topic.Key, Partitions = [.. topic.Select(partition => partition.Partition)] }),
                ],
            };
            var response = await AskAsync(_ => request, token, NewestAddOfClients);
            foreach (var result in response.ResultsByTopicV3AndBelow.SelectMany(topic => topic.ResultsByPartition))
                if (result.PartitionErrorCode is not (ErrorCode.None or ErrorCode.OperationNotAttempted))
                    Check(result.PartitionErrorCode);
        }, cancellation);

    /// <summary>Adds the group's offsets partition before offsets are sent (version 1).</summary>
    public ValueTask AddOffsetsAsync(ProducerIdAndEpoch identity, string group, CancellationToken cancellation) =>
        DoAsync($"Group {group} was not added to the transaction of {Id}", async token =>
        {
            var request = new AddOffsetsToTxnRequest { TransactionalId = Id, ProducerId = identity.Id, ProducerEpoch = identity.Epoch, GroupId = group };
            Check((await AskAsync(_ => request, token)).ErrorCode);
        }, cancellation);

    /// <summary>Leaves offsets with the group's coordinator, which shows them when the transaction commits.</summary>
    public ValueTask CommitOffsetsAsync(
        ProducerIdAndEpoch identity, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group, bool isVersion2, CancellationToken cancellation) =>
        DoAsync($"Offsets of group {group.GroupId} were not added to the transaction of {Id}", async token =>
        {
            var request = OffsetsRequest(identity, offsets, group);
            var connection = await link.ToCoordinatorAsync(CoordinatorType.Group, group.GroupId, Lane.General, token);
            var version = connection.Versions.Choose(ApiKey.TxnOffsetCommit, isVersion2 ? NewestOffsetsOfVersion2 : NewestOffsetsOfVersion1);
            var response = await connection.SendAsync(request, version, options.RequestTimeout, token);
            foreach (var partition in response.Topics.SelectMany(topic => topic.Partitions))
                if (partition.ErrorCode is ErrorCode.InvalidProducerEpoch)
                    Check(partition.ErrorCode);
                else
                    link.CheckCoordinator(CoordinatorType.Group, group.GroupId, partition.ErrorCode);
        }, cancellation);

    /// <summary>Ends the transaction.</summary>
    /// <returns>The identity for the next one: with version 2 another epoch.</returns>
    public ValueTask<ProducerIdAndEpoch> EndAsync(ProducerIdAndEpoch identity, bool commits, bool isVersion2, CancellationToken cancellation) =>
        RunAsync($"The transaction of {Id} was not {(commits ? "committed" : "aborted")}", async token =>
        {
            var request = new EndTxnRequest { TransactionalId = Id, ProducerId = identity.Id, ProducerEpoch = identity.Epoch, Committed = commits };
            var response = await AskAsync(_ => request, token, isVersion2 ? short.MaxValue : NewestEndOfVersion1);
            Check(response.ErrorCode);
            return response.ProducerId >= 0 ? new ProducerIdAndEpoch(response.ProducerId, response.ProducerEpoch) : identity;
        }, cancellation);

    private TxnOffsetCommitRequest OffsetsRequest(
        ProducerIdAndEpoch identity, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) => new()
    {
        TransactionalId = Id,
        GroupId = group.GroupId,
        ProducerId = identity.Id,
        ProducerEpoch = identity.Epoch,
        GenerationId = group.GenerationId,
        MemberId = group.MemberId,
        GroupInstanceId = group.GroupInstanceId,
        Topics =
        [
            .. offsets.GroupBy(offset => offset.Key.Topic, StringComparer.Ordinal).Select(topic => new TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic
            {
                Name = topic.Key,
                Partitions =
                [
                    .. topic.Select(offset => new TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition
                    {
                        PartitionIndex = offset.Key.Partition,
                        CommittedOffset = offset.Value.Offset,
                        CommittedLeaderEpoch = offset.Value.LeaderEpoch ?? -1,
                        CommittedMetadata = offset.Value.Metadata ?? "",
                    }),
                ],
            }),
        ],
    };

    private async ValueTask<TResponse> AskAsync<TResponse>(Func<BrokerConnection, IRequest<TResponse>> request, CancellationToken cancellation, short newest = short.MaxValue)
        where TResponse : class, IResponse, new() =>
        await link.AskCoordinatorAsync(CoordinatorType.Transaction, Id, Lane.Coordinator, request, options.RequestTimeout, cancellation, newest);

    /// <summary>To a coordinator, an old epoch means that there is a newer producer; brokers of before KIP-588 say it in other words.</summary>
    private void Check(ErrorCode code) =>
        link.CheckCoordinator(CoordinatorType.Transaction, Id, code == ErrorCode.InvalidProducerEpoch ? ErrorCode.ProducerFenced : code);

    private ValueTask<T> RunAsync<T>(string what, Func<CancellationToken, ValueTask<T>> attempt, CancellationToken cancellation) =>
        link.Retries.RunAsync(what, options.MaxBlock, attempt, cancellation);

    private ValueTask DoAsync(string what, Func<CancellationToken, ValueTask> attempt, CancellationToken cancellation) =>
        link.Retries.RunAsync(what, options.MaxBlock, attempt, cancellation);
}
