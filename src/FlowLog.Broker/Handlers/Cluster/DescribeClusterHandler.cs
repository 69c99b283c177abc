using FlowLog.Broker.Metadata;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Cluster;

/// <summary>Tells the cluster's id, its brokers and its controller.</summary>
internal sealed class DescribeClusterHandler(string clusterId, int controllerId, CurrentImage current) : ApiHandler<DescribeClusterRequest>
{
    private const sbyte Brokers = 1;
    private const sbyte Controllers = 2;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, DescribeClusterRequest request)
    {
        var response = new DescribeClusterResponse { ClusterId = clusterId };
        if (request.EndpointType != Brokers)
        {
            (response.ErrorCode, response.ErrorMessage) = request.EndpointType == Controllers
                ? (ErrorCode.MismatchedEndpointType, "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER")
                : (ErrorCode.UnsupportedEndpointType, $"Unsupported endpoint type {request.EndpointType}");
            context.Reply(response);
            return;
        }

        response.ControllerId = controllerId;
        response.ClusterAuthorizedOperations = request.IncludeClusterAuthorizedOperations ? AuthorizedOperations.Cluster : AuthorizedOperations.NotAsked;
        foreach (var broker in current.Image.Brokers.Values)
        {
            if ((!broker.IsFenced || request.IncludeFencedBrokers) && broker.On(context.Listener) is { } endpoint)
            {
                response.Brokers.Add(new DescribeClusterResponse.DescribeClusterBroker
                {
                    BrokerId = broker.Id, Host = endpoint.Host, Port = endpoint.Port, Rack = broker.Rack, IsFenced = broker.IsFenced,
                });
            }
        }

        context.Reply(response);
    }
}
