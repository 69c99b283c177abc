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

    public async ValueTask<Dictionary<string, AdminResult<TransactionDescription>>> DescribeAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        Dictionary<string, AdminResult<TransactionDescription>> results = [];
        foreach (var id in ids)
        {
            var connection = await link.ToCoordinatorAsync(CoordinatorType.Transaction, id, Lane.General, cancellation);
            var response = await connection.SendAsync(new DescribeTransactionsRequest { TransactionalIds = [id] }, link.Options.RequestTimeout, cancellation);
            var state = response.TransactionStates.Find(state => state.TransactionalId == id)
                ?? throw Failures.Of(ErrorCode.UnknownServerError, $"The answer does not mention {id}");
            ForgetIfMoved(id, state.ErrorCode);
            results[id] = state.ErrorCode != ErrorCode.None
                ? new(new AdminError(state.ErrorCode))
                : new(Read(state, link.Metadata.Current.Brokers.FirstOrDefault(broker => broker.Address == connection.Address)?.NodeId ?? -1));
        }

        return results;
    }

    public async ValueTask<Dictionary<string, AdminResult<bool>>> FenceAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        Dictionary<string, AdminResult<bool>> results = [];
        foreach (var id in ids)
        {
            // A new epoch for the id is all it takes: the time-out is never used.
            var connection = await link.ToCoordinatorAsync(CoordinatorType.Transaction, id, Lane.General, cancellation);
            var request = new InitProducerIdRequest { TransactionalId = id, TransactionTimeoutMs = (int)link.Options.RequestTimeout.TotalMilliseconds };
            var response = await connection.SendAsync(request, link.Options.RequestTimeout, cancellation);
            ForgetIfMoved(id, response.ErrorCode);
            results[id] = Outcome.Of(response.ErrorCode);
        }

        return results;
    }

    private void ForgetIfMoved(string id, ErrorCode code)
    {
        if (code is ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable)
            link.Forget(CoordinatorType.Transaction, id);
    }

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
