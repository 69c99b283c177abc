using System.Net;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Handlers;

/// <summary>
/// One request under way: what was asked, by whom, and how to answer. Exactly one of <see cref="Reply"/>, <see cref="ReplyNothing"/> and
/// <see cref="CloseConnection"/> is called, once, from any thread, at any time. Nothing of the context is touched afterwards: it then serves another request.
/// </summary>
internal abstract class RequestContext
{
    /// <summary>The API that is called.</summary>
    public ApiKey ApiKey { get; set; }

    /// <summary>The version of the request; the answer has the same.</summary>
    public short Version { get; set; }

    /// <summary>The number that the answer repeats.</summary>
    public int CorrelationId { get; set; }

    /// <summary>What the client calls itself.</summary>
    public string? ClientId { get; set; }

    /// <summary>The listener that the connection came to.</summary>
    public required string Listener { get; init; }

    /// <summary>Who asks.</summary>
    public string Principal { get; init; } = "User:ANONYMOUS";

    /// <summary>The address of the client.</summary>
    public required EndPoint Remote { get; init; }

    /// <summary>When the request was complete, by <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long ReceivedAt { get; set; }

    /// <summary>
    /// The body behind the header. It lies in the connection's receive buffer: valid only until the handler's <see cref="IApiHandler.Handle"/>
    /// returns, and free to be patched in place by it.
    /// </summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    /// <summary>Answers. Regions of files in the answer are sent from the file.</summary>
    public abstract void Reply(IResponse response);

    /// <summary>The request is done and has no answer (a produce with acks=0).</summary>
    public abstract void ReplyNothing();

    /// <summary>There is no way to answer: answers to earlier requests still leave, then the connection is closed.</summary>
    public abstract void CloseConnection();

    /// <summary>
    /// Throttles: once the answer has left, no further request of the connection is taken for this time. Called before the answer.
    /// </summary>
    public virtual void MuteFor(TimeSpan time)
    {
    }

    /// <summary>
    /// Has <paramref name="callback"/> called, from any thread, when the connection is gone before the request was answered, at once if it is gone already: whoever has parked the
    /// request lets go of it. Answering afterwards does no harm. At most one callback.
    /// </summary>
    public virtual void WhenAbandoned(Action callback)
    {
    }
}
