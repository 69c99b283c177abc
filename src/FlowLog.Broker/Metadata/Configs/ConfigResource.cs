namespace FlowLog.Broker.Metadata.Configs;

/// <summary>What configs can belong to, numbered as on the wire.</summary>
internal enum ConfigResourceType : sbyte
{
    Unknown = 0,
    Topic = 2,
    Broker = 4,
    BrokerLogger = 8,
    ClientMetrics = 16,
    Group = 32,
}

/// <summary>One thing that has configs.</summary>
internal readonly record struct ConfigResource(ConfigResourceType Type, string Name)
{
    /// <summary>Configs that hold for every broker which has none of its own.</summary>
    public static ConfigResource AllBrokers { get; } = new(ConfigResourceType.Broker, "");

    /// <summary>A topic's.</summary>
    public static ConfigResource Topic(string name) => new(ConfigResourceType.Topic, name);
}
