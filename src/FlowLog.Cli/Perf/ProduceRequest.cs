namespace FlowLog.Cli.Perf;

/// <summary>What is to be sent, how fast, and what is to be told of it.</summary>
internal sealed record ProduceRequest
{
    public required string Topic { get; init; }

    public required Payloads Payloads { get; init; }

    /// <summary>Records to send, those of the warm-up included.</summary>
    public required long Records { get; init; }

    /// <summary>Records at the beginning that the steady-state figures leave out.</summary>
    public long Warmup { get; init; }

    /// <summary>Records per second; without limit when not positive.</summary>
    public double Throughput { get; init; } = -1;

    /// <summary>Length of each transaction, or null to send without.</summary>
    public TimeSpan? TransactionDuration { get; init; }

    public TimeSpan ReportingInterval { get; init; } = TimeSpan.FromSeconds(5);
}
