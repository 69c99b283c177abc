namespace FlowLog.Client.Producing;

/// <summary>When a broker answers a produce request.</summary>
public enum Acks
{
    /// <summary>Never: the record counts as delivered once it was handed to the connection. It may be lost without a trace.</summary>
    None = 0,

    /// <summary>When the leader has appended it.</summary>
    Leader = 1,

    /// <summary>When all in-sync replicas have it. The only choice with idempotence and transactions.</summary>
    All = -1,
}
