using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Result = FlowLog.Protocol.Messages.DescribeConfigsResponse.DescribeConfigsResult;
using ResourceResult = FlowLog.Protocol.Messages.DescribeConfigsResponse.DescribeConfigsResourceResult;

namespace FlowLog.Broker.Handlers.Configs;

/// <summary>Tells every config of topics, brokers, groups and client metrics: value, source, and where else it is set.</summary>
internal sealed class DescribeConfigsHandler(ConfigDescriptions descriptions, CurrentImage current) : ApiHandler<DescribeConfigsRequest>
{
    /// <summary>
    /// How many resources may be named again in one request. Naming the node takes 5 bytes and describing it 50,000, so that a small request of nothing but repeats would fill the memory. Kafka has no limit.
    /// </summary>
    public const int MostRepeats = 100;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, DescribeConfigsRequest request)
    {
        var image = current.Image;
        var response = new DescribeConfigsResponse();
        var foreign = request.Resources.Find(asked => !Enum.IsDefined((ConfigResourceType)asked.ResourceType) || asked.ResourceType == (sbyte)ConfigResourceType.Unknown);
        var refusalOfAll = foreign is null ? null : new Refusal(ErrorCode.InvalidRequest, $"Unexpected resource type {foreign.ResourceType} for resource {foreign.ResourceName}.");
        var (seen, repeats) = (new HashSet<ConfigResource>(), 0);
        foreach (var asked in request.Resources)
        {
            var resource = new ConfigResource((ConfigResourceType)asked.ResourceType, asked.ResourceName);
            var refusal = refusalOfAll ?? (seen.Add(resource) || ++repeats <= MostRepeats ? null : new Refusal(ErrorCode.InvalidRequest, $"More than {MostRepeats} resources are named again."));
            var entries = refusal is null ? descriptions.Describe(image, resource, asked.ConfigurationKeys, out refusal) : [];
            response.Results.Add(new Result
            {
                ErrorCode = refusal?.Code ?? ErrorCode.None,
                ErrorMessage = refusal?.Message ?? "",
                ResourceType = asked.ResourceType,
                ResourceName = asked.ResourceName,
                Configs = [.. entries.Select(entry => Described(entry, resource, request))],
            });
        }

        context.Reply(response);
    }

    private static ResourceResult Described(ConfigEntry entry, ConfigResource resource, DescribeConfigsRequest request)
    {
        var definition = entry.Definition;
        return new ResourceResult
        {
            Name = definition.Name,
            Value = Shown(definition, entry.Value, asWritten: resource == ConfigResource.AllBrokers),
            ReadOnly = definition.IsReadOnly,
            ConfigSource = (sbyte)entry.Source,
            IsSensitive = definition.IsSensitive,
            ConfigType = (sbyte)definition.Type,
            Documentation = resource.Type == ConfigResourceType.BrokerLogger ? "" : request.IncludeDocumentation && definition.Type != ConfigType.Unknown ? definition.Description : null,
            Synonyms = !request.IncludeSynonyms ? [] : [.. entry.Settings.Select(setting => new DescribeConfigsResponse.DescribeConfigsSynonym
            {
                Name = setting.Name, Value = Shown(definition, setting.Value, asWritten: setting.Source is ConfigSource.DynamicBroker or ConfigSource.DynamicDefaultBroker or ConfigSource.StaticBroker), Source = (sbyte)setting.Source,
            })],
        };
    }

    /// <summary>Kafka shows what counts as it understood it, and what somebody set elsewhere as it was written.</summary>
    private static string? Shown(ConfigDefinition definition, string? value, bool asWritten) =>
        definition.IsSensitive ? null : asWritten || definition.IsHidden ? value : definition.Show(value);
}
