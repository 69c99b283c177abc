using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Topics;

/// <summary>Deletes topics, by name or (from version 6 on) by id.</summary>
internal sealed class DeleteTopicsHandler(Controller controller) : ControllerHandler<DeleteTopicsRequest, DeleteTopicsResponse>(controller)
{
    private const short FirstWithIds = 6;

    /// <inheritdoc/>
    protected override void Prepare(RequestContext context, DeleteTopicsRequest request)
    {
        if (context.Version < FirstWithIds)
            request.Topics = [.. request.TopicNames.Select(name => new DeleteTopicsRequest.DeleteTopicState { Name = name })];
    }

    /// <inheritdoc/>
    protected override DeleteTopicsResponse? TimedOut(DeleteTopicsRequest request) =>
        request.TimeoutMs > 0 || request.Topics.Count == 0 ? null : DeleteTopics.TimedOut(request);

    /// <inheritdoc/>
    protected override Decision<DeleteTopicsResponse> Decide(ClusterImage image, DeleteTopicsRequest request) => DeleteTopics.Decide(image, request);
}
