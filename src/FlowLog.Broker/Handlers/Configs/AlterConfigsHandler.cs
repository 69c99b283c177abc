using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Handlers.Configs;

/// <summary>The older call: replaces all configs of a resource by those that are named.</summary>
internal sealed class AlterConfigsHandler(Controller controller, ConfigChanges decisions) : ControllerHandler<AlterConfigsRequest, AlterConfigsResponse>(controller)
{
    /// <inheritdoc/>
    protected override Decision<AlterConfigsResponse> Decide(ClusterImage image, AlterConfigsRequest request)
    {
        var response = new AlterConfigsResponse();
        var records = new List<IMetadataRecord>();
        foreach (var group in request.Resources.GroupBy(asked => (asked.ResourceType, asked.ResourceName)))
        {
            var resource = new ConfigResource((ConfigResourceType)group.Key.ResourceType, group.Key.ResourceName);
            var wishes = group.First().Configs.Select(config => new ConfigWish(config.Name, ConfigOperation.Set, config.Value));
            var refusal = group.Count() > 1
                ? new Refusal(ErrorCode.InvalidRequest, "Each resource must appear at most once.")
                : decisions.Decide(image, resource, [.. wishes], replaceAll: true, records);
            response.Responses.Add(new AlterConfigsResponse.AlterConfigsResourceResponse
            {
                ErrorCode = refusal?.Code ?? ErrorCode.None,
                ErrorMessage = refusal?.Message,
                ResourceType = group.Key.ResourceType,
                ResourceName = group.Key.ResourceName,
            });
        }

        return new Decision<AlterConfigsResponse>(response, request.ValidateOnly ? [] : records);
    }
}
