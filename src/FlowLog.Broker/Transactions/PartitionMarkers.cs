using FlowLog.Broker.Coordination;
using FlowLog.Broker.Log;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Replication;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Transactions;

/// <summary>Writes markers into the partitions of topics, and hands those for committed offsets to <paramref name="offsets"/>.</summary>
internal sealed class PartitionMarkers(CurrentImage current, Partitions partitions, IMarkerTarget offsets, TimeProvider clock) : IMarkerTarget
{
    /// <inheritdoc/>
    public void Write(TopicPartition partition, TransactionEnd end, Action<ErrorCode> done)
    {
        // Only the committed metadata knows what is deleted. That a partition is not here yet, or not any more, says nothing.
        if (current.Image.Topics.Find(partition.Topic)?.Partition(partition.Partition) is null)
            done(ErrorCode.UnknownTopicOrPartition);
        else if (partition.Topic == CoordinatorKeys.OffsetsTopic)
            offsets.Write(partition, end, done);
        else if (partitions.Find(partition) is { } leader)
            Append(leader, end, done);
        else
            done(ErrorCode.NotLeaderOrFollower);
    }

    private void Append(PartitionLeader leader, TransactionEnd end, Action<ErrorCode> done)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var batch = new EndTransactionMarker(end.Committed, end.CoordinatorEpoch).ToBatch(end.Producer.Id, end.Producer.Epoch, now, leader.LeaderEpoch);
        var outcome = leader.Append(batch, AppendOrigin.Coordinator, visibleAtOnce: false, now, markersBumpEpoch: end.BumpsEpoch);
        if (outcome.IsSuccess)
            leader.WhenDurable(outcome.LastOffset, error => done(NotDeleted(error)));
        else
            done(NotDeleted(outcome.Error));
    }

    // A partition that ends while it is written to is looked up again, and what the metadata says then counts.
    private static ErrorCode NotDeleted(ErrorCode error) => error == ErrorCode.UnknownTopicOrPartition ? ErrorCode.NotLeaderOrFollower : error;
}
