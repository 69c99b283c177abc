using System.Globalization;

namespace FlowLog.Broker.Metadata.Configs;

/// <summary>
/// Values of broker configs: what was set for this broker while running, else for all brokers, else in the file, else the default.
/// The running part is in the cluster image, so that every reader names the image it reads from.
/// </summary>
internal sealed class BrokerConfigs(IReadOnlyDictionary<string, string> file, int nodeId)
{
    private static readonly string[] RetentionKeys = ["log.retention.ms", "log.retention.minutes", "log.retention.hours"];
    private static readonly string[] RollKeys = ["log.roll.ms", "log.roll.hours"];
    private static readonly string[] RollJitterKeys = ["log.roll.jitter.ms", "log.roll.jitter.hours"];
    private static readonly string[] FlushKeys = ["log.flush.interval.ms", "log.flush.scheduler.interval.ms"];

    private readonly string _resource = nodeId.ToString(CultureInfo.InvariantCulture);

    /// <summary>The id of the broker that this is about.</summary>
    public int NodeId => nodeId;

    /// <summary>What the file says, by key.</summary>
    public IReadOnlyDictionary<string, string> File => file;

    /// <summary>All settings of one key, the effective one first; empty when there is not even a default.</summary>
    public IReadOnlyList<ConfigSetting> Settings(ConfigsImage dynamic, ConfigDefinition config)
    {
        var settings = new List<ConfigSetting>(2);
        if (dynamic.TryGet(new ConfigResource(ConfigResourceType.Broker, _resource), config.Name, out var own))
            settings.Add(new ConfigSetting(config.Name, own, ConfigSource.DynamicBroker));
        if (dynamic.TryGet(ConfigResource.AllBrokers, config.Name, out var shared))
            settings.Add(new ConfigSetting(config.Name, shared, ConfigSource.DynamicDefaultBroker));
        if (file.TryGetValue(config.Name, out var written))
            settings.Add(new ConfigSetting(config.Name, written, ConfigSource.StaticBroker));
        if (config.Default is not null)
            settings.Add(new ConfigSetting(config.Name, config.Default, ConfigSource.Default));
        return settings;
    }

    /// <summary>The effective value; null when there is none.</summary>
    public string? Value(ConfigsImage dynamic, string name)
    {
        if (dynamic.TryGet(new ConfigResource(ConfigResourceType.Broker, _resource), name, out var value)
            || dynamic.TryGet(ConfigResource.AllBrokers, name, out value)
            || file.TryGetValue(name, out value))
            return value;
        return Definition(name).Default;
    }

    /// <summary>A number.</summary>
    public int Int32(ConfigsImage dynamic, string name) => int.Parse(Required(dynamic, name), CultureInfo.InvariantCulture);

    /// <summary>A number.</summary>
    public long Int64(ConfigsImage dynamic, string name) => long.Parse(Required(dynamic, name), CultureInfo.InvariantCulture);

    /// <summary>A switch.</summary>
    public bool Boolean(ConfigsImage dynamic, string name) => bool.Parse(Required(dynamic, name));

    /// <summary>
    /// What a topic without an override gets from the broker: the settings of the broker key, or of the first of its family in
    /// other units that is set at all. The value of each is in its own unit.
    /// </summary>
    public IReadOnlyList<ConfigSetting> TopicDefaults(ConfigsImage dynamic, string brokerKey)
    {
        foreach (var key in Family(brokerKey))
        {
            var settings = Settings(dynamic, Definition(key));
            if (settings.Count > 0)
                return settings;
        }

        return [];
    }

    /// <summary>A value of <see cref="TopicDefaults"/> in the unit of the topic's config: hours and minutes become milliseconds.</summary>
    public static string? InTopicUnit(ConfigSetting setting)
    {
        var factor = setting.Name.EndsWith(".hours", StringComparison.Ordinal) ? 3_600_000L
            : setting.Name.EndsWith(".minutes", StringComparison.Ordinal) ? 60_000L : 1;
        if (factor == 1 || setting.Value is null)
            return setting.Value;
        var number = long.Parse(setting.Value, CultureInfo.InvariantCulture);
        return (number < 0 ? number : number * factor).ToString(CultureInfo.InvariantCulture);
    }

    private static string[] Family(string brokerKey) => brokerKey switch
    {
        "log.retention.ms" => RetentionKeys,
        "log.roll.ms" => RollKeys,
        "log.roll.jitter.ms" => RollJitterKeys,
        "log.flush.interval.ms" => FlushKeys,
        _ => [brokerKey],
    };

    private static ConfigDefinition Definition(string name) =>
        ConfigTable.Broker.Find(name) ?? ConfigTable.FlowLog.Find(name) ?? throw new ArgumentException($"There is no broker config '{name}'.", nameof(name));

    private string Required(ConfigsImage dynamic, string name) =>
        Value(dynamic, name) ?? throw new InvalidOperationException($"The broker config '{name}' has no value.");
}
