using FlowLog.Broker.Consensus;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;

namespace FlowLog.Broker;

/// <summary>The node's part in the metadata: replays the log, takes the lead, and sees to it that the cluster has what every cluster has.</summary>
internal sealed class NodeMetadata(QuorumLog log, CurrentImage current, IReadOnlyList<IImageObserver> before, IReadOnlyList<IImageObserver> after)
{
    /// <summary>Where changes are asked for.</summary>
    public Controller Controller { get; } = new(log, current, before, after);

    /// <summary>Loads the newest snapshot, replays the log behind it, elects this node and shows the image to the observers that open partitions. Nothing else has been started yet.</summary>
    public void Load(int nodeId)
    {
        var delta = new ClusterDelta(ClusterImage.Empty);
        foreach (var record in log.Restore())
            delta.Replay(record);
        foreach (var batch in log.Replay())
        {
            foreach (var record in batch.Records)
                delta.Replay(record);
        }

        log.Elect(nodeId);
        var image = delta.Apply(log.EndOffset - 1, log.Epoch);
        foreach (var observer in before)
            observer.Committed(delta, image);
        current.Image = image;
    }

    /// <summary>Takes a snapshot of what is committed, when enough of it is new or the last one is old. Returns whether it did. From any thread.</summary>
    public bool TakeSnapshotWhenDue(long now)
    {
        var image = current.Image;
        return log.Snapshots.TakeWhenDue(image.Offset + 1, image.Epoch, () => ImageRecords.Of(image), now);
    }

    /// <summary>
    /// Gives a new cluster its first records and registers this broker. Completes once that is committed, with the broker's epoch; the
    /// controller's loop must be running.
    /// </summary>
    public Task<long> RegisterAsync(BrokerStart start, BrokerConfigs broker)
    {
        var registered = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        Controller.Submit(
            image => new Decision<bool>(true, image.Features.Levels.IsEmpty ? Bootstrap.Records(broker.Value(image.Configs, "min.insync.replicas")!) : []),
            _ => { },
            failure => registered.TrySetException(failure));
        Controller.Submit(
            image => Registration.Decide(image, start, image.Offset + 1),
            epoch => registered.TrySetResult(epoch),
            failure => registered.TrySetException(failure));
        return registered.Task;
    }
}
