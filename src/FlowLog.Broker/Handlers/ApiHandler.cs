using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Handlers;

/// <summary>A handler that gets its request decoded. Bytes in the request are slices of the body: see <see cref="RequestContext.Body"/>.</summary>
/// <typeparam name="TRequest">The request of the API.</typeparam>
internal abstract class ApiHandler<TRequest> : IApiHandler
    where TRequest : class, IRequest, IApiMessage, new()
{
    /// <inheritdoc/>
    public ApiKey Key => TRequest.ApiKey;

    /// <inheritdoc/>
    public virtual short LowestVersion => ApiCatalog.Of(Key).LowestVersion;

    /// <inheritdoc/>
    public virtual short HighestVersion => ApiCatalog.Of(Key).HighestVersion;

    /// <inheritdoc/>
    public virtual bool IsAdvertised => true;

    /// <inheritdoc/>
    public void Handle(RequestContext context)
    {
        var request = new TRequest();
        var reader = new WireReader(context.Body);
        request.Read(ref reader, context.Version);
        if (reader.Failed)
            context.CloseConnection();
        else
            Handle(context, request);
    }

    /// <summary>Handles a decoded request.</summary>
    protected abstract void Handle(RequestContext context, TRequest request);
}
