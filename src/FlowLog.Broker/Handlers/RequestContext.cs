using System.Net;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Handlers;

/// <summary>
/// One request under way: what was asked, by whom, and how to answer. Exactly one of <see cref="Reply"/>, <see cref="ReplyNothing"/> and
/// <see cref="CloseConnection"/> is called, once, from any thread, at any time.
/// </summary>
internal abstract class RequestContext
{
    /// <summary>The API that is called.</summary>
    public ApiKey ApiKey { get; init; }

    /// <summary>The version of the request; the answer has the same.</summary>
    public short Version { get; init; }

    /// <summary>The number that the answer repeats.</summary>
    public int CorrelationId { get; init; }

    /// <summary>What the client calls itself.</summary>
    public string? ClientId { get; init; }

    /// <summary>The listener that the connection came to.</summary>
    public required string Listener { get; init; }

    /// <summary>Who asks.</summary>
    public string Principal { get; init; } = "User:ANONYMOUS";

    /// <summary>The address of the client.</summary>
    public required EndPoint Remote { get; init; }

    /// <summary>When the request was complete, by <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long ReceivedAt { get; init; }

    /// <summary>
    /// The body behind the header. It lies in the connection's receive buffer: valid only until the handler's <see cref="IApiHandler.Handle"/>
    /// returns, and free to be patched in place by it.
    /// </summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Answers. Regions of files in the answer are sent from the file.</summary>
    public abstract void Reply(IResponse response);

    /// <summary>The request is done and has no answer (a produce with acks=0).</summary>
    public abstract void ReplyNothing();

    /// <summary>There is no way to answer: answers to earlier requests still leave, then the connection is closed.</summary>
    public abstract void CloseConnection();
}
