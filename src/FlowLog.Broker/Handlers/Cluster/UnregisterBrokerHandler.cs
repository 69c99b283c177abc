using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Cluster;

/// <summary>Forgets a broker that will not come back. A broker that is running cannot be forgotten.</summary>
internal sealed class UnregisterBrokerHandler(Controller controller) : ControllerHandler<UnregisterBrokerRequest, UnregisterBrokerResponse>(controller)
{
    /// <inheritdoc/>
    protected override Decision<UnregisterBrokerResponse> Decide(ClusterImage image, UnregisterBrokerRequest request)
    {
        if (!image.Brokers.TryGetValue(request.BrokerId, out var broker))
            return Refuse(ErrorCode.BrokerIdNotRegistered, $"Broker ID {request.BrokerId} is not currently registered");
        if (!broker.IsFenced)
            return Refuse(ErrorCode.InvalidRequest, $"Broker {request.BrokerId} is running; stop it first.");
        return new Decision<UnregisterBrokerResponse>(
            new UnregisterBrokerResponse { ErrorMessage = null }, [new UnregisterBrokerRecord { BrokerId = broker.Id, BrokerEpoch = broker.Epoch }]);
    }

    private static Decision<UnregisterBrokerResponse> Refuse(ErrorCode error, string message) =>
        new(new UnregisterBrokerResponse { ErrorCode = error, ErrorMessage = message });
}
