namespace FlowLog.Client.Administration;

/// <summary>What a setting belongs to, by Kafka's numbers.</summary>
public enum ConfigResourceType
{
    /// <summary>A topic, by name.</summary>
    Topic = 2,

    /// <summary>A broker, by node id; the empty name is the default of all brokers.</summary>
    Broker = 4,

    /// <summary>Log levels of a broker.</summary>
    BrokerLogger = 8,

    /// <summary>A client metrics subscription.</summary>
    ClientMetrics = 16,

    /// <summary>A group, by id.</summary>
    Group = 32,
}

/// <summary>Something that has settings.</summary>
public readonly record struct ConfigResource(ConfigResourceType Type, string Name)
{
    /// <summary>A topic's settings.</summary>
    public static ConfigResource Topic(string name) => new(ConfigResourceType.Topic, name);

    /// <summary>A broker's settings.</summary>
    public static ConfigResource Broker(int nodeId) => new(ConfigResourceType.Broker, nodeId.ToString());
}

/// <summary>Where a setting's value comes from, by Kafka's numbers.</summary>
public enum ConfigSource
{
    /// <summary>Not told.</summary>
    Unknown = 0,

    /// <summary>Set on the topic.</summary>
    DynamicTopic = 1,

    /// <summary>Set on this broker at run time.</summary>
    DynamicBroker = 2,

    /// <summary>Set for all brokers at run time.</summary>
    DynamicDefaultBroker = 3,

    /// <summary>From the broker's configuration file.</summary>
    StaticBroker = 4,

    /// <summary>Built in.</summary>
    Default = 5,

    /// <summary>A log level set at run time.</summary>
    DynamicBrokerLogger = 6,

    /// <summary>A client metrics subscription.</summary>
    ClientMetrics = 7,

    /// <summary>Set on the group.</summary>
    Group = 8,
}

/// <summary>A setting with its value.</summary>
/// <param name="Name">Kafka's property name.</param>
/// <param name="Value">The value; null when sensitive or unset.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="IsReadOnly">True when it cannot be changed at run time.</param>
/// <param name="IsSensitive">True for secrets.</param>
public sealed record ConfigEntry(string Name, string? Value, ConfigSource Source, bool IsReadOnly, bool IsSensitive)
{
    /// <summary>True when nobody set it on this resource.</summary>
    public bool IsDefault => Source is ConfigSource.Default or ConfigSource.StaticBroker or ConfigSource.DynamicBroker or ConfigSource.DynamicDefaultBroker;
}

/// <summary>What to do with a setting, by Kafka's numbers.</summary>
public enum ConfigOperation
{
    /// <summary>Set the value.</summary>
    Set = 0,

    /// <summary>Go back to the default.</summary>
    Delete = 1,

    /// <summary>Add to a list.</summary>
    Append = 2,

    /// <summary>Remove from a list.</summary>
    Subtract = 3,
}

/// <summary>A change of one setting; the value is null to delete it.</summary>
public readonly record struct ConfigChange(string Name, string? Value, ConfigOperation Operation = ConfigOperation.Set);
