using FlowLog.Protocol.Wire;

namespace FlowLog.Client.Cluster;

/// <summary>A request on its way.</summary>
/// <param name="correlationId">What its answer begins with.</param>
/// <param name="api">What is asked.</param>
/// <param name="version">In which version.</param>
/// <param name="deadline">Timestamp of the clock at which the connection counts as dead.</param>
/// <param name="poolsAnswer">True when the reader of the answer releases it; otherwise the answer may be kept, and is left to the collector.</param>
/// <param name="inPlace">True when what follows is short and may run on the connection's loop; otherwise it runs away from it.</param>
internal sealed class PendingRequest(int correlationId, ApiKey api, short version, long deadline, bool poolsAnswer, bool inPlace)
    : TaskCompletionSource<SharedBuffer>(inPlace ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously)
{
    private CancellationTokenRegistration _cancellation;

    public int CorrelationId { get; } = correlationId;

    public ApiKey Api { get; } = api;

    public short Version { get; } = version;

    /// <summary>Timestamp of the clock at which the connection counts as dead.</summary>
    public long Deadline { get; } = deadline;

    /// <summary>True when the reader of the answer releases it; otherwise the answer may be kept, and is left to the collector.</summary>
    public bool PoolsAnswer { get; } = poolsAnswer;

    /// <summary>Ends the wait, not the request: its answer is read and dropped. Called before the request leaves.</summary>
    public void CancelWith(CancellationToken cancellation)
    {
        if (cancellation.CanBeCanceled)
            _cancellation = cancellation.UnsafeRegister(static (pending, token) => ((PendingRequest)pending!).TrySetCanceled(token), this);
    }

    /// <summary>Hands the answer over, or releases it when nobody waits any more.</summary>
    public void Answer(SharedBuffer answer)
    {
        _cancellation.Unregister();
        if (!TrySetResult(answer))
            answer.Release();
    }

    public void Fail(FlowLogException failure)
    {
        _cancellation.Unregister();
        TrySetException(failure);
    }
}
