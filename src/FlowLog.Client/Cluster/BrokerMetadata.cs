namespace FlowLog.Client.Cluster;

/// <summary>A broker as the cluster describes it.</summary>
public sealed record BrokerMetadata(int NodeId, BrokerAddress Address, string? Rack);
