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
    /// <inheritdoc/>
    protected override Decision<IncrementalAlterConfigsResponse> Decide(ClusterImage image, IncrementalAlterConfigsRequest request)
    {
        var response = new IncrementalAlterConfigsResponse();
        var records = new List<IMetadataRecord>();
        var twice = request.Resources.GroupBy(asked => (asked.ResourceType, asked.ResourceName)).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet();
        foreach (var asked in request.Resources)
        {
            var resource = new ConfigResource((ConfigResourceType)asked.ResourceType, asked.ResourceName);
            var refusal = twice.Contains((asked.ResourceType, asked.ResourceName))
                ? new Refusal(ErrorCode.InvalidRequest, "Each resource must appear at most once.")
                : decisions.Decide(image, resource, [.. asked.Configs.Select(Wish)], replaceAll: false, records);
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

    private static ConfigWish Wish(IncrementalAlterConfigsRequest.AlterableConfig config) => new(config.Name, (ConfigOperation)config.ConfigOperation, config.Value);
}
