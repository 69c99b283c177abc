using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Topics;

/// <summary>Adds partitions to topics.</summary>
internal sealed class CreatePartitionsHandler(Controller controller) : ControllerHandler<CreatePartitionsRequest, CreatePartitionsResponse>(controller)
{
    /// <inheritdoc/>
    protected override CreatePartitionsResponse? TimedOut(CreatePartitionsRequest request) =>
        request.TimeoutMs > 0 || request.Topics.Count == 0 ? null : CreatePartitions.TimedOut(request);

    /// <inheritdoc/>
    protected override Decision<CreatePartitionsResponse> Decide(ClusterImage image, CreatePartitionsRequest request) => CreatePartitions.Decide(image, request);
}
