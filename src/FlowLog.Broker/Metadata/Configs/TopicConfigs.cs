using System.Globalization;

namespace FlowLog.Broker.Metadata.Configs;

/// <summary>Values of topic configs: the topic's own, else what the broker says, else the default.</summary>
internal sealed class TopicConfigs(BrokerConfigs broker)
{
    /// <summary>Every config of a topic with these overrides, by ascending name.</summary>
    public IEnumerable<ConfigEntry> Describe(ConfigsImage dynamic, IReadOnlyDictionary<string, string> overrides) =>
        ConfigTable.Topic.Definitions
            .Where(definition => !definition.IsHidden || overrides.ContainsKey(definition.Name))
            .Select(definition => Describe(dynamic, overrides, definition));

    /// <summary>One config of a topic with these overrides.</summary>
    public ConfigEntry Describe(ConfigsImage dynamic, IReadOnlyDictionary<string, string> overrides, ConfigDefinition definition)
    {
        var settings = new List<ConfigSetting>(2);
        if (overrides.TryGetValue(definition.Name, out var own))
            settings.Add(new ConfigSetting(definition.Name, own, ConfigSource.Topic));
        if (definition.BrokerKey is not null)
            settings.AddRange(broker.Settings(dynamic, definition.BrokerKey));
        return new ConfigEntry(definition, own ?? Fallback(dynamic, definition), settings.Count > 0 ? settings[0].Source : ConfigSource.Default, settings);
    }

    /// <summary>The value that counts for a topic.</summary>
    public string Value(ConfigsImage dynamic, IReadOnlyDictionary<string, string> overrides, string name)
    {
        if (overrides.TryGetValue(name, out var own))
            return own;
        var definition = ConfigTable.Topic.Find(name) ?? throw new ArgumentException($"There is no topic config '{name}'.", nameof(name));
        return Fallback(dynamic, definition) ?? throw new InvalidOperationException($"The topic config '{name}' has no value.");
    }

    /// <summary>A number.</summary>
    public int Int32(ConfigsImage dynamic, string topic, string name) =>
        int.Parse(Value(dynamic, dynamic.Of(ConfigResource.Topic(topic)), name), CultureInfo.InvariantCulture);

    private string? Fallback(ConfigsImage dynamic, ConfigDefinition definition) =>
        (definition.BrokerKey is null ? null : broker.TopicDefault(dynamic, definition.BrokerKey)) ?? definition.Default;
}
