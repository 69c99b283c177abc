namespace FlowLog.Client.Producing.Transactions;

/// <summary>Where a transactional producer stands.</summary>
internal enum TransactionState
{
    /// <summary>Before <see cref="IProducer.InitTransactionsAsync"/>.</summary>
    Uninitialized,

    /// <summary>Between transactions.</summary>
    Ready,

    /// <summary>Inside of a transaction.</summary>
    Open,

    /// <summary>Something failed: aborting is the only way on.</summary>
    MustAbort,

    /// <summary>A commit has begun; whether it has happened is known only when it is answered.</summary>
    Committing,

    /// <summary>An abort has begun.</summary>
    Aborting,

    /// <summary>Fenced, or refused for good.</summary>
    Failed,
}
