using FlowLog.Broker.Log;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Replication;

/// <summary>
/// Makes the disk and the partitions of this broker what the metadata says: opens new ones before anybody is told of them, hands on configs,
/// ends and deletes what is gone.
/// </summary>
internal sealed class PartitionOpener(
    LogStore store, Partitions partitions, GroupCommit groupCommit, LogOptionsSource options, int nodeId, bool syncs) : IImageObserver
{
    /// <summary>Partitions from before this start whose logs were not found although a log directory could not be read: they lie there.</summary>
    private readonly HashSet<(Guid Topic, int Partition)> _outOfReach = [];

    /// <inheritdoc/>
    public void Committed(ClusterDelta delta, ClusterImage image)
    {
        if (ReferenceEquals(delta.Before, ClusterImage.Empty) && store.HasUnreadDirectory)
            NoteOutOfReach(delta);

        foreach (var topic in delta.Topics.Removed)
            Close(topic);
        foreach (var topic in delta.Topics.Changed)
            Open(image, topic);
        Reconfigure(delta, image);
    }

    private void Open(ClusterImage image, TopicDelta delta)
    {
        var hosted = partitions.Find(delta.Id);
        var leaders = new List<PartitionLeader?>(hosted?.Leaders ?? []);
        LogOptions? configured = null;
        foreach (var partition in delta.ChangedPartitions)
        {
            while (leaders.Count <= partition.Id)
                leaders.Add(null);
            if (partition.Leader != nodeId || _outOfReach.Contains((delta.Id, partition.Id)))
                continue;
            if (leaders[partition.Id] is { } current)
                current.LeaderEpoch = partition.LeaderEpoch;
            else
                leaders[partition.Id] = Lead(image, new TopicPartition(delta.Name, partition.Id), delta.Id, configured ??= options.For(image, delta.Name), partition.LeaderEpoch);
        }

        partitions.Set(new HostedTopic(delta.Name, delta.Id, leaders));
    }

    /// <summary>The leader of a partition; null where its log cannot be made, for want of room or of a disk: the other partitions go on.</summary>
    private PartitionLeader? Lead(ClusterImage image, TopicPartition name, Guid topicId, LogOptions configured, int leaderEpoch)
    {
        if (TryOpen(name, topicId, options.OfOne(configured)) is not { } log)
            return null;

        // With one replica everything that survived is committed. What survived only a kill lies in the page cache and could still go with the
        // power: it must not be seen before.
        if (syncs && log.DurableEndOffset < log.LogEndOffset)
            log.SyncToDisk();
        log.RaiseHighWatermark(syncs ? log.DurableEndOffset : log.LogEndOffset);
        log.RequiresVerification = options.VerifiesTransactions(image);
        var leader = new PartitionLeader(log, leaderEpoch, groupCommit, syncs);
        if (log.IsOffline)
            leader.End(ErrorCode.KafkaStorageError);

        return leader;
    }

    /// <summary>An empty log in another directory would take the place of what cannot be read now: nobody leads such a partition until the next start.</summary>
    private void NoteOutOfReach(ClusterDelta delta)
    {
        foreach (var topic in delta.Topics.Changed)
        {
            foreach (var partition in topic.ChangedPartitions)
            {
                if (!store.TryGet(new TopicPartition(topic.Name, partition.Id), out _))
                    _outOfReach.Add((topic.Id, partition.Id));
            }
        }
    }

    private PartitionLog? TryOpen(TopicPartition name, Guid topicId, LogOptions configured)
    {
        try
        {
            return Log(name, topicId, configured);
        }
        catch (IOException)
        {
            // The store has said why.
            return null;
        }
    }

    private PartitionLog Log(TopicPartition name, Guid topicId, LogOptions configured)
    {
        if (store.TryGet(name, out var existing))
        {
            if (existing.TopicId.Value == topicId)
            {
                existing.Configure(configured);
                return existing;
            }

            // Another topic of that name was here before: what it left belongs to nobody.
            store.SetAsideStray(name);
        }

        return store.Create(name, new TopicId(topicId), configured);
    }

    private void Close(TopicImage topic)
    {
        if (partitions.Find(topic.Id) is not { } hosted)
            return;
        partitions.Remove(hosted);
        foreach (var leader in hosted.Leaders)
        {
            if (leader is null)
                continue;
            leader.End(ErrorCode.UnknownTopicOrPartition);
            store.Delete(leader.Partition);
        }
    }

    private void Reconfigure(ClusterDelta delta, ClusterImage image)
    {
        var verifies = options.VerifiesTransactions(image);
        var everything = delta.ChangedConfigs.Any(resource => resource.Type == ConfigResourceType.Broker);
        var topics = everything
            ? image.Topics.ByName.Values
            : delta.ChangedConfigs.Where(resource => resource.Type == ConfigResourceType.Topic).Select(resource => image.Topics.Find(resource.Name)).OfType<TopicImage>();
        foreach (var topic in topics)
        {
            if (partitions.Find(topic.Id) is not { } hosted)
                continue;
            var configured = options.For(image, topic.Name);
            foreach (var log in hosted.Leaders.Select(leader => leader?.Log).OfType<PartitionLog>())
            {
                log.Configure(options.OfOne(configured));
                log.RequiresVerification = verifies;
            }
        }
    }
}
