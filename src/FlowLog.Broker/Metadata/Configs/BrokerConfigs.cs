using System.Globalization;

namespace FlowLog.Broker.Metadata.Configs;

/// <summary>
/// Values of broker configs: what was set for this broker while running, else for all brokers, else in the file, else the default.
/// The running part is in the cluster image, so that every reader names the image it reads from.
/// </summary>
internal sealed class BrokerConfigs(IReadOnlyDictionary<string, string> file, int nodeId)
{
    private static readonly string[][] s_families =
    [
        ["log.retention.ms", "log.retention.minutes", "log.retention.hours"],
        ["log.roll.ms", "log.roll.hours"],
        ["log.roll.jitter.ms", "log.roll.jitter.hours"],
        ["log.flush.interval.ms", "log.flush.scheduler.interval.ms"],
    ];

    private readonly ConfigResource _self = new(ConfigResourceType.Broker, nodeId.ToString(CultureInfo.InvariantCulture));

    /// <summary>The id of the broker that this is about.</summary>
    public int NodeId => nodeId;

    /// <summary>What the file says, by key.</summary>
    public IReadOnlyDictionary<string, string> File { get; } = WithBothIds(file);

    /// <summary>
    /// Every place where a config is set, the one that counts first: for the broker, for all brokers, in the file, by default. Configs that say
    /// the same in other units count as its synonyms, unless one of them comes before anything that was said by its own name.
    /// </summary>
    public IReadOnlyList<ConfigSetting> Settings(ConfigsImage dynamic, string name)
    {
        var family = Family(name);
        var settings = new List<ConfigSetting>(2);
        Add(ConfigSource.DynamicBroker, key => dynamic.Find(_self, key));
        Add(ConfigSource.DynamicDefaultBroker, key => dynamic.Find(ConfigResource.AllBrokers, key));
        Add(ConfigSource.StaticBroker, key => File.GetValueOrDefault(key));
        Add(ConfigSource.Default, key => Definition(key).Default);
        var first = settings.FindIndex(setting => setting.Name == name);
        return first < 0 ? [] : settings.GetRange(first, settings.Count - first);

        void Add(ConfigSource source, Func<string, string?> find)
        {
            foreach (var key in family)
            {
                if (find(key) is { } value)
                    settings.Add(new ConfigSetting(key, value, source));
            }
        }
    }

    /// <summary>The effective value; null when there is none.</summary>
    public string? Value(ConfigsImage dynamic, string name) =>
        dynamic.Find(_self, name) ?? dynamic.Find(ConfigResource.AllBrokers, name) ?? File.GetValueOrDefault(name) ?? Definition(name).Default;

    /// <summary>What is set for one listener, by <c>listener.name.LISTENER.</c> before the name of a config; null when nothing is.</summary>
    public string? ValueOfListener(ConfigsImage dynamic, string listener, string name)
    {
        var key = $"listener.name.{listener.ToLowerInvariant()}.{name}";
        return dynamic.Find(_self, key) ?? dynamic.Find(ConfigResource.AllBrokers, key) ?? File.GetValueOrDefault(key);
    }

    /// <summary>A number.</summary>
    public int Int32(ConfigsImage dynamic, string name) => int.Parse(Required(dynamic, name), CultureInfo.InvariantCulture);

    /// <summary>A number.</summary>
    public long Int64(ConfigsImage dynamic, string name) => long.Parse(Required(dynamic, name), CultureInfo.InvariantCulture);

    /// <summary>A number that may have a fraction.</summary>
    public double Double(ConfigsImage dynamic, string name) => double.Parse(Required(dynamic, name), CultureInfo.InvariantCulture);

    /// <summary>A switch.</summary>
    public bool Boolean(ConfigsImage dynamic, string name) => bool.Parse(Required(dynamic, name));

    /// <summary>What a topic gets from a broker config, in the topic's unit: hours and minutes become milliseconds. Null when nothing is set.</summary>
    public string? TopicDefault(ConfigsImage dynamic, string brokerKey)
    {
        foreach (var key in Family(brokerKey))
        {
            if (Value(dynamic, key) is { } value)
                return InMilliseconds(key, value);
        }

        return null;
    }

    /// <summary>The node's id has two names; whichever was written, both have the value.</summary>
    private static IReadOnlyDictionary<string, string> WithBothIds(IReadOnlyDictionary<string, string> file) =>
        (file.GetValueOrDefault("node.id") ?? file.GetValueOrDefault("broker.id")) is { } id
            ? new Dictionary<string, string>(file, StringComparer.Ordinal) { ["node.id"] = id, ["broker.id"] = id }
            : file;

    private static string InMilliseconds(string key, string value)
    {
        var factor = key.EndsWith(".hours", StringComparison.Ordinal) ? 3_600_000L : key.EndsWith(".minutes", StringComparison.Ordinal) ? 60_000L : 1;
        if (factor == 1)
            return value;
        var number = long.Parse(value, CultureInfo.InvariantCulture);
        return (number < 0 ? number : number * factor).ToString(CultureInfo.InvariantCulture);
    }

    private static string[] Family(string name) => Array.Find(s_families, family => family.Contains(name, StringComparer.Ordinal)) ?? [name];

    private static ConfigDefinition Definition(string name) =>
        ConfigTable.Broker.Find(name) ?? ConfigTable.FlowLog.Find(name) ?? throw new ArgumentException($"There is no broker config '{name}'.", nameof(name));

    private string Required(ConfigsImage dynamic, string name) =>
        Value(dynamic, name) ?? throw new InvalidOperationException($"The broker config '{name}' has no value.");
}
