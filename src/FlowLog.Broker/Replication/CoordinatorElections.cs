using FlowLog.Broker.Coordination;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Images;

namespace FlowLog.Broker.Replication;

/// <summary>Tells a coordinator which partitions of its topic this broker leads. Comes after the observer that opens them.</summary>
internal sealed class CoordinatorElections<TShard>(string topic, Coordinator<TShard> coordinator, Partitions partitions) : IImageObserver
    where TShard : class, ICoordinatorShard
{
    /// <inheritdoc/>
    public void Committed(ClusterDelta delta, ClusterImage image)
    {
        foreach (var removed in delta.Topics.Removed.Where(removed => removed.Name == topic))
        {
            foreach (var partition in removed.Partitions)
                coordinator.Resigned(partition.Id);
        }

        foreach (var changed in delta.Topics.Changed.Where(changed => changed.Name == topic))
        {
            foreach (var partition in changed.ChangedPartitions)
                Follow(changed.Id, partition);
        }
    }

    private void Follow(Guid topicId, PartitionImage partition)
    {
        if (partitions.Find(topicId)?[partition.Id] is not { } leader)
            coordinator.Resigned(partition.Id);
        else if (coordinator.EpochOf(partition.Id) != partition.LeaderEpoch)
            coordinator.Elected(partition.Id, new CommittedLog(leader, leader.Log.Options.MaxMessageBytes, partition.LeaderEpoch));
    }
}
