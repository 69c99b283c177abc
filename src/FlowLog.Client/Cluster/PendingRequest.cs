using FlowLog.Protocol.Wire;

namespace FlowLog.Client.Cluster;

/// <summary>A request on its way. Its task is completed away from the connection's loops.</summary>
internal sealed class PendingRequest(int correlationId, ApiKey api, short version, long deadline, bool poolsAnswer)
    : TaskCompletionSource<SharedBuffer>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public int CorrelationId { get; } = correlationId;

    public ApiKey Api { get; } = api;

    public short Version { get; } = version;

    /// <summary>Timestamp of the clock at which the connection counts as dead.</summary>
    public long Deadline { get; } = deadline;

    /// <summary>True when the reader of the answer releases it; otherwise the answer may be kept, and is left to the collector.</summary>
    public bool PoolsAnswer { get; } = poolsAnswer;
}
