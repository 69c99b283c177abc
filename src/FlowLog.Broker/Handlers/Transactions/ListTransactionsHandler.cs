using System.Text.RegularExpressions;
using FlowLog.Broker.Coordination;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Transactions;

/// <summary>ListTransactions: all transactional ids that this node coordinates, or those that pass the filters.</summary>
internal sealed class ListTransactionsHandler(TransactionCoordinator transactions) : ApiHandler<ListTransactionsRequest>
{
    private static readonly HashSet<string> s_states = [.. Enum.GetNames<TransactionStatus>()];

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, ListTransactionsRequest request)
    {
        Regex? pattern = null;
        if (request.TransactionalIdPattern is { Length: > 0 } text && (pattern = Re2Pattern.TryParse(text)) is null)
        {
            context.Reply(new ListTransactionsResponse { ErrorCode = ErrorCode.InvalidRegularExpression });
            return;
        }

        var filter = new TransactionFilter(request.StateFilters, request.ProducerIdFilters, request.DurationFilter, pattern);
        transactions.List(filter, response =>
        {
            response.UnknownStateFilters = [.. request.StateFilters.Where(state => !s_states.Contains(state)).Distinct(StringComparer.Ordinal)];
            context.Reply(response);
        });
    }
}
