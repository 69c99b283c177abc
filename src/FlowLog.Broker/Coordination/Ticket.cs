using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Coordination;

/// <summary>
/// A request that waits for its answer. A shard keeps tickets in its state and names them in decisions, and can do nothing else with
/// them: only the shell completes one, once, after everything that its answer rests on is committed.
/// </summary>
internal abstract class Ticket
{
    private int _done;

    /// <summary>True until an answer is on its way.</summary>
    public bool IsOpen => Volatile.Read(ref _done) == 0;

    internal void Complete(object response)
    {
        if (Interlocked.Exchange(ref _done, 1) == 0)
            Send(response);
    }

    internal void Refuse(ErrorCode error)
    {
        if (Interlocked.Exchange(ref _done, 1) == 0)
            Send(error);
    }

    protected abstract void Send(object response);

    protected abstract void Send(ErrorCode error);
}

/// <summary>A ticket whose answer is a <typeparamref name="TResponse"/>.</summary>
/// <param name="reply">Takes the answer; runs outside every lock of the coordinator, on any thread.</param>
/// <param name="refusal">Makes the answer that says only an error, in the shape that this API has for it.</param>
internal sealed class Ticket<TResponse>(Action<TResponse> reply, Func<ErrorCode, TResponse> refusal) : Ticket
    where TResponse : class
{
    protected override void Send(object response) => reply((TResponse)response);

    protected override void Send(ErrorCode error) => reply(refusal(error));
}
