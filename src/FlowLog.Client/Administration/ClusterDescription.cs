using FlowLog.Client.Cluster;

namespace FlowLog.Client.Administration;

/// <summary>A cluster at a glance.</summary>
/// <param name="ClusterId">Its id.</param>
/// <param name="ControllerId">Broker that takes administrative requests, or -1.</param>
/// <param name="Brokers">Live brokers, by node id.</param>
public sealed record ClusterDescription(string? ClusterId, int ControllerId, IReadOnlyList<BrokerMetadata> Brokers);
