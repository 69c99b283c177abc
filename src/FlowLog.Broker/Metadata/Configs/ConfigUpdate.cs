namespace FlowLog.Broker.Metadata.Configs;

/// <summary>How a broker config may change while the node runs.</summary>
internal enum ConfigUpdate
{
    /// <summary>Only by the file, at the next start.</summary>
    ReadOnly,

    /// <summary>For one broker.</summary>
    PerBroker,

    /// <summary>For one broker or for all of them.</summary>
    ClusterWide,
}
