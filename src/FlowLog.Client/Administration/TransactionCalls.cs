using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Client.Administration;

/// <summary>Producers and transactions: one attempt each.</summary>
internal sealed class TransactionCalls(ClusterLink link)
{
    public ValueTask<Dictionary<TopicPartition, AdminResult<IReadOnlyList<ActiveProducer>>>> DescribeProducersAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation) =>
        ByLeader.AskAsync(link, partitions, async (connection, led, token) =>
        {
            var request = new DescribeProducersRequest
            {
                Topics =
                [
                    .. led.GroupBy(partition => partition.Topic, StringComparer.Ordinal).Select(topic =>
                        new DescribeProducersRequest.TopicRequest { Name = topic.Key, PartitionIndexes = [.. topic.Select(partition => partition.Partition)] }),
                ],
            };
            var response = await connection.SendAsync(request, link.Options.RequestTimeout, token);
            return response.Topics.SelectMany(topic => topic.Partitions.Select(partition => (new TopicPartition(topic.Name, partition.PartitionIndex), Read(partition))));
        }, cancellation);

    public async ValueTask<IReadOnlyList<TransactionListing>> ListAsync(CancellationToken cancellation)
    {
        List<TransactionListing> transactions = [];
        foreach (var broker in (await link.Metadata.KnownAsync(cancellation)).Brokers)
        {
            var connection = await link.ToNodeAsync(broker.NodeId, Lane.General, cancellation);
            var response = await connection.SendAsync(new ListTransactionsRequest(), link.Options.RequestTimeout, cancellation);
            Retries.Check(response.ErrorCode);
            transactions.AddRange(response.TransactionStates.Select(state => new TransactionListing(state.TransactionalId, state.ProducerId, state.TransactionState)));
        }

        return [.. transactions.OrderBy(transaction => transaction.TransactionalId, StringComparer.Ordinal)];
    }

    public ValueTask<Dictionary<string, AdminResult<TransactionDescription>>> DescribeAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation) =>
        Outcome.OfEachAsync(ids, async id =>
        {
            var connection = await link.ToCoordinatorAsync(CoordinatorType.Transaction, id, Lane.General, cancellation);
            var response = await connection.SendAsync(new DescribeTransactionsRequest { TransactionalIds = [id] }, link.Options.RequestTimeout, cancellation);
            var state = response.TransactionStates.Find(state => state.TransactionalId == id)
                ?? throw Failures.Of(ErrorCode.UnknownServerError, $"The answer does not mention {id}");
            link.CheckCoordinator(CoordinatorType.Transaction, id, state.ErrorCode);
            return Read(state, link.Metadata.Current.Brokers.FirstOrDefault(broker => broker.Address == connection.Address)?.NodeId ?? -1);
        });

    public ValueTask<Dictionary<string, AdminResult<bool>>> FenceAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation) =>
        Outcome.OfEachAsync(ids, async id =>
        {
            // A new epoch for the id is all it takes: the time-out is never used.
            var connection = await link.ToCoordinatorAsync(CoordinatorType.Transaction, id, Lane.General, cancellation);
            var request = new InitProducerIdRequest { TransactionalId = id, TransactionTimeoutMs = (int)link.Options.RequestTimeout.TotalMilliseconds };
            var response = await connection.SendAsync(request, link.Options.RequestTimeout, cancellation);
            link.CheckCoordinator(CoordinatorType.Transaction, id, response.ErrorCode);
            return true;
        });

    private static AdminResult<IReadOnlyList<ActiveProducer>> Read(DescribeProducersResponse.PartitionResponse partition) =>
        partition.ErrorCode != ErrorCode.None
            ? new(new AdminError(partition.ErrorCode, partition.ErrorMessage))
            : new([
                .. partition.ActiveProducers.Select(producer => new ActiveProducer(
                    producer.ProducerId, producer.ProducerEpoch, producer.LastSequence, producer.LastTimestamp, producer.CoordinatorEpoch,
                    producer.CurrentTxnStartOffset < 0 ? null : producer.CurrentTxnStartOffset)),
            ]);

    private static TransactionDescription Read(DescribeTransactionsResponse.DescribedTransaction state, int coordinator) => new(
        state.TransactionalId, state.TransactionState, state.ProducerId, state.ProducerEpoch, TimeSpan.FromMilliseconds(state.TransactionTimeoutMs),
        state.TransactionStartTimeMs < 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(state.TransactionStartTimeMs),
        [.. state.Topics.SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition)))], coordinator);
}
