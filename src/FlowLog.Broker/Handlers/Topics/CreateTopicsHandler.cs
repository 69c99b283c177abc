using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Topics;

/// <summary>Creates topics.</summary>
internal sealed class CreateTopicsHandler(Controller controller, CreateTopics decisions) : ControllerHandler<CreateTopicsRequest, CreateTopicsResponse>(controller)
{
    /// <inheritdoc/>
    protected override CreateTopicsResponse? TimedOut(CreateTopicsRequest request) => request.TimeoutMs > 0 || !CreateTopics.IsToBeDecided(request) ? null : new CreateTopicsResponse
    {
        Topics = request.Topics.ConvertAll(topic => new CreateTopicsResponse.CreatableTopicResult { Name = topic.Name, ErrorCode = ErrorCode.RequestTimedOut, ErrorMessage = null }),
    };

    /// <inheritdoc/>
    protected override Decision<CreateTopicsResponse> Decide(ClusterImage image, CreateTopicsRequest request) => decisions.Decide(image, request);
}
