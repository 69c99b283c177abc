using System.Text.RegularExpressions;
using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Transactions;

/// <summary>Which transactional ids an administrator wants to see; empty lists let everything pass.</summary>
/// <param name="States">Names of states, exactly.</param>
/// <param name="ProducerIds">Producer ids.</param>
/// <param name="LongerThanMs">Only those whose transaction began longer ago, which by Kafka's count are also those without one; -1 for all.</param>
/// <param name="Pattern">What the whole id must match, or null.</param>
internal sealed record TransactionFilter(IReadOnlyList<string> States, IReadOnlyList<long> ProducerIds, long LongerThanMs, Regex? Pattern)
{
    public bool Passes(Transaction transaction, Moment now) =>
        (States.Count == 0 || States.Contains(transaction.Status.ToString()))
        && (ProducerIds.Count == 0 || ProducerIds.Contains(transaction.ProducerId))
        && (LongerThanMs < 0 || now.UnixMs - transaction.StartedAt > LongerThanMs)
        && Pattern?.IsMatch(transaction.Id) != false;
}

/// <summary>What administrators ask of transactions.</summary>
internal static class TransactionQueries
{
    public static Decision Describe(TransactionShard shard, string id, Ticket<DescribeTransactionsResponse.DescribedTransaction> ticket)
    {
        var decision = new Decision();
        decision.Answer(ticket, shard.Find(id) is { } found ? Described(found) : Refused(id, ErrorCode.TransactionalIdNotFound));
        return decision;
    }

    public static DescribeTransactionsResponse.DescribedTransaction Refused(string id, ErrorCode error) => new() { TransactionalId = id, ErrorCode = error };

    public static Decision List(TransactionShard shard, TransactionFilter filter, Ticket<ListTransactionsResponse> ticket, Moment now)
    {
        var decision = new Decision();
        decision.Answer(ticket, new ListTransactionsResponse
        {
            TransactionStates =
            [
                .. shard.All.Where(transaction => filter.Passes(transaction, now)).Select(transaction => new ListTransactionsResponse.ListedTransaction
                {
                    TransactionalId = transaction.Id,
                    ProducerId = transaction.ProducerId,
                    TransactionState = transaction.Status.ToString(),
                }),
            ],
        });
        return decision;
    }

    public static ListTransactionsResponse Merge(ListTransactionsResponse[] parts) =>
        Array.Find(parts, part => part.ErrorCode != ErrorCode.None) is { } failed
            ? new ListTransactionsResponse { ErrorCode = failed.ErrorCode }
            : new ListTransactionsResponse { TransactionStates = [.. parts.SelectMany(part => part.TransactionStates)] };

    private static DescribeTransactionsResponse.DescribedTransaction Described(Transaction transaction) => new()
    {
        TransactionalId = transaction.Id,
        TransactionState = transaction.Status.ToString(),
        TransactionTimeoutMs = transaction.TimeoutMs,
        TransactionStartTimeMs = transaction.StartedAt,
        ProducerId = transaction.ProducerId,
        ProducerEpoch = transaction.Epoch,
        Topics =
        [
            .. transaction.Partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal).OrderBy(topic => topic.Key, StringComparer.Ordinal)
                .Select(topic => new DescribeTransactionsResponse.TopicData
                {
                    Topic = topic.Key,
                    Partitions = [.. topic.Select(partition => partition.Partition).Order()],
                }),
        ],
    };
}
