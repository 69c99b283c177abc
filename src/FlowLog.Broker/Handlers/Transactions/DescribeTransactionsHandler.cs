using FlowLog.Broker.Coordination;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Transactions;

/// <summary>DescribeTransactions: each id stands for itself.</summary>
internal sealed class DescribeTransactionsHandler(TransactionCoordinator transactions) : ApiHandler<DescribeTransactionsRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, DescribeTransactionsRequest request)
    {
        var ids = request.TransactionalIds;
        var answers = new Gathered<DescribeTransactionsResponse.DescribedTransaction>(
            ids.Count,
            parts => context.Reply(new DescribeTransactionsResponse { TransactionStates = [.. parts] }));
        for (var i = 0; i < ids.Count; i++)
        {
            var at = i;
            transactions.Describe(ids[i], described => answers.Put(at, described));
        }
    }
}
