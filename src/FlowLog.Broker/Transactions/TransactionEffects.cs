using FlowLog.Broker.Coordination;

namespace FlowLog.Broker.Transactions;

/// <summary>A transactional id stands elsewhere now. Lives in memory only; what must survive is written beside it.</summary>
/// <param name="Next">What is known from now on.</param>
/// <param name="TimesOutAt">When it is aborted (<see cref="Moment.ElapsedMs"/>); <see cref="Moment.Never"/> unless it is open.</param>
internal sealed record TransactionChanged(Transaction Next, long TimesOutAt) : IShardEvent;

/// <summary>Somebody waits until the transaction before has ended.</summary>
/// <param name="Id">The transactional id.</param>
/// <param name="Waiting">Who, in the order in which they came; empty once nobody does.</param>
/// <param name="LapsesAt">When the first is told to come again.</param>
internal sealed record WaitingChanged(string Id, IReadOnlyList<WaitingRequest> Waiting, long LapsesAt) : IShardEvent;

/// <summary>The search for ids that nobody has used for long will go on.</summary>
internal sealed record IdCheckAt(long At) : IShardEvent;

/// <summary>The outcome is written: every partition must get its marker, and then the transaction is complete.</summary>
internal sealed record MarkersDue(Transaction Ending) : IEffect;
