using System.Net;
using FlowLog.Broker.Groups;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Handlers.Groups;

/// <summary>A handler that hands its request to the group coordinator.</summary>
internal abstract class GroupApiHandler<TRequest>(GroupCoordinator groups) : ApiHandler<TRequest>
    where TRequest : class, IRequest, IApiMessage, new()
{
    protected GroupCoordinator Groups => groups;

    /// <summary>The peer's address in the form that members show it to administrators: with a slash, as Java prints it.</summary>
    protected static string HostOf(RequestContext context) =>
        context.Remote is IPEndPoint { Address: var address } ? $"/{(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)}" : $"/{context.Remote}";
}
