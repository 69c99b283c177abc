using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Transactions;

/// <summary>
/// A request that came while the markers of the transaction before were on their way. Kafka sends such a producer away to come again after a
/// pause, which costs more than the markers do; here it waits a little.
/// </summary>
/// <param name="LapsesAt">When it is sent away after all.</param>
/// <param name="Resume">Decides about it once the transaction before is complete.</param>
/// <param name="SendAway">Answers that transactions of this id would overlap.</param>
internal sealed record WaitingRequest(long LapsesAt, Func<Transaction, TransactionTurn, Transaction> Resume, Action<Decision, ErrorCode> SendAway);
