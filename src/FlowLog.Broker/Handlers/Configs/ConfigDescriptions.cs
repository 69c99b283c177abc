using System.Globalization;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Handlers.Configs;

/// <summary>Describes the configs of whatever has some.</summary>
internal sealed class ConfigDescriptions(BrokerConfigs broker, BrokerLoggers loggers)
{
    private readonly TopicConfigs _topics = new(broker);

    /// <summary>The configs of a resource, all or those named, by ascending name; empty with a refusal.</summary>
    public IEnumerable<ConfigEntry> Describe(ClusterImage image, ConfigResource resource, IReadOnlyCollection<string>? names, out Refusal? refusal)
    {
        refusal = Check(image, resource);
        if (refusal is not null)
            return [];
        var entries = resource.Type switch
        {
            ConfigResourceType.Topic => _topics.Describe(image.Configs, image.Configs.Of(resource)),
            ConfigResourceType.Broker when resource.Name.Length == 0 => AllBrokers(image),
            ConfigResourceType.Broker => Broker(image, names),
            ConfigResourceType.Group => ConfigTable.Group.Definitions.Select(definition => Group(image, resource, definition)),
            ConfigResourceType.ClientMetrics => ConfigTable.ClientMetrics.Definitions.Select(definition => ClientMetrics(image, resource, definition)),
            ConfigResourceType.BrokerLogger => loggers.Describe(),
            _ => [],
        };
        return names is not { Count: > 0 } ? entries : entries.Where(entry => names.Contains(entry.Definition.Name));
    }

    private Refusal? Check(ClusterImage image, ConfigResource resource)
    {
        var self = broker.NodeId.ToString(CultureInfo.InvariantCulture);
        return resource.Type switch
        {
            ConfigResourceType.Topic => TopicNames.Check(resource.Name)
                ?? (image.Topics.Find(resource.Name) is null ? new Refusal(ErrorCode.UnknownTopicOrPartition, "") : null),
            ConfigResourceType.Broker when resource.Name.Length > 0 && resource.Name != self => NotSelf($"{self} or empty string,"),
            ConfigResourceType.BrokerLogger when resource.Name != self => resource.Name.Length == 0 ? Invalid("Broker id must not be empty") : NotSelf(self),
            ConfigResourceType.Group or ConfigResourceType.ClientMetrics when resource.Name.Length == 0 => Invalid("The name of the resource must not be empty."),
            ConfigResourceType.Topic or ConfigResourceType.Broker or ConfigResourceType.BrokerLogger or ConfigResourceType.Group
                or ConfigResourceType.ClientMetrics => null,
            _ => throw new InvalidOperationException($"Resources of type {resource.Type} have no configs."),
        };

        Refusal NotSelf(string expected) => Invalid(int.TryParse(resource.Name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? $"Unexpected broker id, expected {expected} but received {resource.Name}"
            : $"Broker id must be an integer, but it is: {resource.Name}");
    }

    private IEnumerable<ConfigEntry> Broker(ClusterImage image, IReadOnlyCollection<string>? names)
    {
        foreach (var definition in ConfigTable.Broker.Definitions)
        {
            var entry = Broker(image, definition);
            if (!definition.IsHidden || entry.Source != ConfigSource.Default)
                yield return entry;
        }

        foreach (var entry in Strangers(image))
            yield return entry;

        // Configs that only FlowLog has would be strangers in a description of everything; whoever asks for them by name gets them.
        foreach (var definition in ConfigTable.FlowLog.Definitions.Where(own => names?.Contains(own.Name) == true))
            yield return Broker(image, definition);
    }

    /// <summary>What somebody set and nobody knows. It may be a secret, so its value is not told.</summary>
    private IEnumerable<ConfigEntry> Strangers(ClusterImage image)
    {
        var own = image.Configs.Of(new ConfigResource(ConfigResourceType.Broker, broker.NodeId.ToString(CultureInfo.InvariantCulture)));
        var everybody = image.Configs.Of(ConfigResource.AllBrokers);
        foreach (var name in own.Keys.Union(everybody.Keys, StringComparer.Ordinal).Where(IsStrange))
        {
            var settings = new List<ConfigSetting>(2);
            if (own.TryGetValue(name, out var value))
                settings.Add(new ConfigSetting(name, value, ConfigSource.DynamicBroker));
            if (everybody.TryGetValue(name, out value))
                settings.Add(new ConfigSetting(name, value, ConfigSource.DynamicDefaultBroker));
            yield return new ConfigEntry(Unknown(name), settings[0].Value, settings[0].Source, settings);
        }
    }

    private static bool IsStrange(string name) =>
        ConfigTable.Broker.Find(name) is null && ConfigTable.FlowLog.Find(name) is null && !name.StartsWith("listener.name.", StringComparison.Ordinal);

    private ConfigEntry Broker(ClusterImage image, ConfigDefinition definition)
    {
        var settings = broker.Settings(image.Configs, definition.Name);
        if (definition.IsHidden)
            settings = [.. settings.Where(setting => setting.Source != ConfigSource.Default)];
        return new ConfigEntry(definition, broker.Value(image.Configs, definition.Name), settings.Count > 0 ? settings[0].Source : ConfigSource.Default, settings);
    }

    private static IEnumerable<ConfigEntry> AllBrokers(ClusterImage image) =>
        image.Configs.Of(ConfigResource.AllBrokers).Select(config => new ConfigEntry(
            ConfigTable.Broker.Find(config.Key) ?? Unknown(config.Key),
            config.Value,
            ConfigSource.DynamicDefaultBroker,
            [new ConfigSetting(config.Key, config.Value, ConfigSource.DynamicDefaultBroker)]));

    private ConfigEntry Group(ClusterImage image, ConfigResource resource, ConfigDefinition definition)
    {
        var settings = new List<ConfigSetting>(2);
        if (image.Configs.Find(resource, definition.Name) is { } own)
            settings.Add(new ConfigSetting(definition.Name, own, ConfigSource.Group));
        if (definition.BrokerKey is not null)
            settings.AddRange(broker.Settings(image.Configs, definition.BrokerKey));
        else
            settings.Add(new ConfigSetting(definition.Name, definition.Default, ConfigSource.Default));
        return new ConfigEntry(definition, settings[0].Value, settings[0].Source, settings);
    }

    private static ConfigEntry ClientMetrics(ClusterImage image, ConfigResource resource, ConfigDefinition definition) =>
        image.Configs.Find(resource, definition.Name) is { } own
            ? new ConfigEntry(definition, own, ConfigSource.ClientMetrics, [new ConfigSetting(definition.Name, own, ConfigSource.ClientMetrics)])
            : new ConfigEntry(definition, definition.Default, ConfigSource.Default, []);

    private static ConfigDefinition Unknown(string name) =>
        new(name, ConfigType.Unknown, null, AllowedValues.Parse(""), ConfigUpdate.ReadOnly, null, "") { IsSecret = true };

    private static Refusal Invalid(string message) => new(ErrorCode.InvalidRequest, message);
}
