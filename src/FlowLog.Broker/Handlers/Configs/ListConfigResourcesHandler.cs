using System.Globalization;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Configs;

/// <summary>Lists what has configs: version 0 the client metrics, from version 1 on all kinds or those asked for.</summary>
internal sealed class ListConfigResourcesHandler(CurrentImage current) : ApiHandler<ListConfigResourcesRequest>
{
    private static readonly ConfigResourceType[] s_kinds =
        [ConfigResourceType.Topic, ConfigResourceType.Broker, ConfigResourceType.BrokerLogger, ConfigResourceType.ClientMetrics, ConfigResourceType.Group];

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, ListConfigResourcesRequest request)
    {
        ConfigResourceType[] kinds = context.Version == 0 ? [ConfigResourceType.ClientMetrics]
            : request.ResourceTypes.Count == 0 ? s_kinds
            : [.. request.ResourceTypes.Select(type => (ConfigResourceType)type).Distinct()];
        if (kinds.Except(s_kinds).Any())
        {
            context.Reply(new ListConfigResourcesResponse { ErrorCode = ErrorCode.UnsupportedVersion });
            return;
        }

        var image = current.Image;
        var response = new ListConfigResourcesResponse();
        foreach (var kind in kinds)
        {
            response.ConfigResources.AddRange(Names(image, kind).Select(name => new ListConfigResourcesResponse.ConfigResource
            {
                ResourceName = name, ResourceType = (sbyte)kind,
            }));
        }

        context.Reply(response);
    }

    private static IEnumerable<string> Names(ClusterImage image, ConfigResourceType kind) => kind switch
    {
        ConfigResourceType.Topic => image.Topics.ByName.Keys,
        ConfigResourceType.Broker or ConfigResourceType.BrokerLogger => image.Brokers.Keys.Select(id => id.ToString(CultureInfo.InvariantCulture)),
        _ => image.Configs.ByResource.Keys.Where(resource => resource.Type == kind).Select(resource => resource.Name),
    };
}
