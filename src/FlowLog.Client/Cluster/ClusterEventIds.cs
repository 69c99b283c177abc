namespace FlowLog.Client.Cluster;

/// <summary>
/// Ids of log events that say why a client waits. A program that shows nothing else of a client's log to its user shows these.
/// </summary>
public static class ClusterEventIds
{
    /// <summary>Warning: no broker could be asked. Told once until one answers.</summary>
    public const int NoBroker = 1100;

    /// <summary>Warning: a broker takes long to connect to, or to answer the first request.</summary>
    public const int SlowBroker = 1104;

    /// <summary>Information: brokers answer again.</summary>
    public const int BrokersBack = 1105;

    /// <summary>Warning: the cluster says that a topic cannot be used. Told once until it can.</summary>
    public const int TopicMissing = 1106;
}
