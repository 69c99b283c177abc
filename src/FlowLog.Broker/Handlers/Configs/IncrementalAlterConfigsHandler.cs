using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Handlers.Configs;

/// <summary>Sets, removes, extends and shortens single configs; each resource of a request for itself.</summary>
internal sealed class IncrementalAlterConfigsHandler(Controller controller, ConfigChanges decisions)
    : ControllerHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(controller)
{
    private static readonly Refusal s_lost = new(ErrorCode.UnknownServerError, "");

    /// <inheritdoc/>
    protected override Decision<IncrementalAlterConfigsResponse> Decide(ClusterImage image, IncrementalAlterConfigsRequest request)
    {
        var response = new IncrementalAlterConfigsResponse();
        var records = new List<IMetadataRecord>();
        var twice = request.Resources.GroupBy(asked => (asked.ResourceType, asked.ResourceName)).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet();
        var isLost = request.Resources.Exists(asked => !twice.Contains((asked.ResourceType, asked.ResourceName)) && LosesOthers(asked));
        foreach (var asked in request.Resources)
        {
            var resource = ResourceOf(asked);
            var wishes = WishesOf(asked);
            var refusal = twice.Contains((asked.ResourceType, asked.ResourceName)) ? new Refusal(ErrorCode.InvalidRequest, "Each resource must appear at most once.")
                : isLost && ConfigChanges.IsForController(resource) ? decisions.CheckRequest(resource, wishes) ?? s_lost
                : decisions.Decide(image, resource, wishes, replaceAll: false, isLost ? [] : records) ?? (isLost ? s_lost : null);
            if (refusal is null && resource.Type == ConfigResourceType.BrokerLogger && !request.ValidateOnly)
                decisions.SetLevels(wishes);
            response.Responses.Add(new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse
            {
                ErrorCode = refusal?.Code ?? ErrorCode.None,
                ErrorMessage = string.IsNullOrEmpty(refusal?.Message) ? null : refusal.Message,
                ResourceType = asked.ResourceType,
                ResourceName = asked.ResourceName,
            });
        }

        return new Decision<IncrementalAlterConfigsResponse>(response, request.ValidateOnly ? [] : records);
    }

    /// <summary>A controller that is asked for an operation that it does not know fails over the whole of what it was asked.</summary>
    private bool LosesOthers(IncrementalAlterConfigsRequest.AlterConfigsResource asked) =>
        ConfigChanges.IsForController(ResourceOf(asked))
        && asked.Configs.Exists(config => !Enum.IsDefined((ConfigOperation)config.ConfigOperation))
        && decisions.CheckRequest(ResourceOf(asked), WishesOf(asked)) is null
        && ConfigChanges.CheckLists(ResourceOf(asked), WishesOf(asked)) is { Code: ErrorCode.UnknownServerError };

    private static ConfigResource ResourceOf(IncrementalAlterConfigsRequest.AlterConfigsResource asked) => new((ConfigResourceType)asked.ResourceType, asked.ResourceName);

    private static ConfigWish[] WishesOf(IncrementalAlterConfigsRequest.AlterConfigsResource asked) =>
        [.. asked.Configs.Select(config => new ConfigWish(config.Name, (ConfigOperation)config.ConfigOperation, config.Value))];
}
