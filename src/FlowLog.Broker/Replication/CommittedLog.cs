using System.Buffers;
using FlowLog.Broker.Coordination;
using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Producers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Replication;

/// <summary>A partition as coordinators write and read it: every record is acks=all, and what is read is everything that was written.</summary>
/// <param name="leader">The partition.</param>
/// <param name="maxBatchBytes">Largest batch that it takes.</param>
/// <param name="leaderEpoch">The epoch of the leadership; appends of a later one go through another instance.</param>
internal sealed class CommittedLog(PartitionLeader leader, int maxBatchBytes, int leaderEpoch) : ICommittedLog
{
    /// <inheritdoc/>
    public int LeaderEpoch => leaderEpoch;

    /// <inheritdoc/>
    public int MaxBatchBytes => maxBatchBytes;

    /// <inheritdoc/>
    public long StartOffset => leader.Log.LogStartOffset;

    /// <inheritdoc/>
    public long EndOffset => leader.Log.LogEndOffset;

    /// <inheritdoc/>
    public long HighWatermark => leader.HighWatermark;

    /// <inheritdoc/>
    public CommittedAppend Append(Memory<byte> batches, long unixMs, VerificationGuard? guard = null, bool markersBumpEpoch = false)
    {
        if (leader.LeaderEpoch != leaderEpoch)
            return new CommittedAppend(ErrorCode.NotLeaderOrFollower, -1);
        var outcome = leader.Append(batches, AppendOrigin.Coordinator, visibleAtOnce: false, unixMs, guard, markersBumpEpoch);
        return new CommittedAppend(outcome.Error, outcome.IsSuccess ? outcome.LastOffset : -1);
    }

    /// <inheritdoc/>
    public VerificationGuard? BeginVerification(ProducerIdAndEpoch producer, bool isNewProtocol) =>
        leader.Log.BeginVerification(producer.Id, producer.Epoch, 0, isNewProtocol);

    /// <inheritdoc/>
    public void WhenCommitted(long offset, Action<ErrorCode> done) => leader.WhenDurable(offset, done);

    /// <inheritdoc/>
    public int Read(long offset, int maxBytes, IBufferWriter<byte> into)
    {
        if (offset >= leader.Log.LogEndOffset)
            return 0;
        var outcome = leader.Log.Read(offset, maxBytes, leader.Log.LogEndOffset, atLeastOneBatch: true);
        if (outcome.Error != ErrorCode.None)
            throw new IOException($"{leader.Partition} cannot be read at offset {offset}: {outcome.Error}.");
        if (outcome.Region is not { } region)
            return 0;
        var bytes = into.GetSpan(region.Length)[..region.Length];
        region.CopyTo(bytes);
        var batches = new BatchReader(bytes);
        while (batches.MoveNext())
            continue;

        // A region may end within a batch; what is cut off is read again next time.
        into.Advance(batches.NextPosition);
        return batches.NextPosition;
    }
}
