namespace FlowLog.Broker.Metadata.Configs;

/// <summary>Where a value comes from, numbered as DescribeConfigs answers it.</summary>
internal enum ConfigSource : sbyte
{
    Topic = 1,
    DynamicBroker = 2,
    DynamicDefaultBroker = 3,
    StaticBroker = 4,
    Default = 5,
    BrokerLogger = 6,
    ClientMetrics = 7,
    Group = 8,
}
