namespace FlowLog.Client.Cluster;

/// <summary>A partition as last heard from the cluster.</summary>
/// <param name="Partition">Index, from 0.</param>
/// <param name="Leader">Node id of the leader, -1 when there is none at the moment.</param>
/// <param name="LeaderEpoch">Counts leader changes; -1 when the broker does not tell.</param>
/// <param name="Replicas">Node ids, the preferred leader first.</param>
/// <param name="InSyncReplicas">Those that have everything the leader has acknowledged.</param>
/// <param name="OfflineReplicas">Those that are down.</param>
public sealed record PartitionMetadata(
    int Partition, int Leader, int LeaderEpoch, IReadOnlyList<int> Replicas, IReadOnlyList<int> InSyncReplicas, IReadOnlyList<int> OfflineReplicas)
{
    /// <summary>True when somebody leads it.</summary>
    public bool HasLeader => Leader >= 0;
}
