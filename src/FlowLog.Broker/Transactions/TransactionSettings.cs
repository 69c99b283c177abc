namespace FlowLog.Broker.Transactions;

/// <summary>What the transaction coordinator can be told. Defaults are Kafka's.</summary>
internal sealed record TransactionSettings
{
    /// <summary><c>transaction.max.timeout.ms</c>: the longest time that a producer may ask for.</summary>
    public int MaxTimeoutMs { get; init; } = 900_000;

    /// <summary><c>transactional.id.expiration.ms</c>: how long an id without an open transaction is remembered.</summary>
    public long IdExpirationMs { get; init; } = 604_800_000;

    /// <summary><c>transaction.remove.expired.transaction.cleanup.interval.ms</c>: how often forgotten ids are looked for.</summary>
    public long IdExpirationCheckIntervalMs { get; init; } = 3_600_000;

    /// <summary>How long a request is held back while the markers of the transaction before are on their way; then it is told to come again.</summary>
    public long PatienceMs { get; init; } = 2_000;
}
