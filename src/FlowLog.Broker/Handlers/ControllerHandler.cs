using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Handlers;

/// <summary>A handler whose answer is a decision of the controller: it leaves once the records behind it are committed and visible.</summary>
internal abstract class ControllerHandler<TRequest, TResponse>(Controller controller) : ApiHandler<TRequest>
    where TRequest : class, IRequest, IApiMessage, new()
    where TResponse : class, IResponse
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, TRequest request)
    {
        Prepare(context, request);
        if (TimedOut(request) is { } tooLate)
            context.Reply(tooLate);
        else
            controller.Submit(image => Decide(image, request), context.Reply, _ => context.CloseConnection());
    }

    /// <summary>Brings requests of older versions into the shape of the newest, and copies what must outlive the receive buffer.</summary>
    protected virtual void Prepare(RequestContext context, TRequest request)
    {
    }

    /// <summary>
    /// The answer to a request that allows no time at all (a timeout of zero or less): its time is over before the controller gets to it, and nothing is decided. Null when
    /// there is time, or nothing to be decided.
    /// </summary>
    protected virtual TResponse? TimedOut(TRequest request) => null;

    /// <summary>The decision, on the controller's thread.</summary>
    protected abstract Decision<TResponse> Decide(ClusterImage image, TRequest request);
}
