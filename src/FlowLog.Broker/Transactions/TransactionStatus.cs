namespace FlowLog.Broker.Transactions;

/// <summary>Where a transactional id stands. The numbers are those of the records, the names those that administrators are shown.</summary>
internal enum TransactionStatus : sbyte
{
    /// <summary>A producer has been initialised and has done nothing yet.</summary>
    Empty = 0,

    /// <summary>Partitions have been added; the outcome is open.</summary>
    Ongoing = 1,

    /// <summary>It is committed, and that is written; the markers are on their way.</summary>
    PrepareCommit = 2,

    /// <summary>It is aborted, and that is written; the markers are on their way.</summary>
    PrepareAbort = 3,

    /// <summary>Every partition has its commit marker.</summary>
    CompleteCommit = 4,

    /// <summary>Every partition has its abort marker.</summary>
    CompleteAbort = 5,

    /// <summary>The id is being forgotten. Only in records of Apache Kafka.</summary>
    Dead = 6,

    /// <summary>Its producer is being fenced. Never in records.</summary>
    PrepareEpochFence = 7,
}
