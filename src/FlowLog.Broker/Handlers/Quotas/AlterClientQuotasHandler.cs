using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Quotas;

/// <summary>Sets and removes the quotas of users, clients and addresses.</summary>
internal sealed class AlterClientQuotasHandler(Controller controller) : ControllerHandler<AlterClientQuotasRequest, AlterClientQuotasResponse>(controller)
{
    /// <inheritdoc/>
    protected override Decision<AlterClientQuotasResponse> Decide(ClusterImage image, AlterClientQuotasRequest request) => ClientQuotas.Decide(image, request);
}
