using FlowLog.Client.Consuming.Fetching;
using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Consuming;

/// <summary>Where a reader stands in one partition, and what has been fetched ahead. Belongs to the gate of <see cref="PartitionStates"/>.</summary>
internal sealed class PartitionState(TopicPartition partition)
{
    public TopicPartition Partition => partition;

    /// <summary>Offset of the next record that a poll hands out; null until it is found out.</summary>
    public long? Position { get; private set; }

    /// <summary>Epoch of the record before the position, where known.</summary>
    public int? PositionEpoch { get; private set; }

    /// <summary>Offset of the next record to ask the broker for; at or after the position.</summary>
    public long FetchOffset { get; private set; }

    /// <summary>What automatic commits cover.</summary>
    public OffsetAndMetadata? Processed { get; private set; }

    /// <summary>Where to look for a position when there is none; null means at what the group has committed, then at the policy.</summary>
    public AutoOffsetReset? Reset { get; private set; }

    /// <summary>True while the listener has not been told of the partition: it may seek first.</summary>
    public bool AwaitsListener { get; set; }

    /// <summary>True between the start of a revocation and its end: nothing more is handed out.</summary>
    public bool IsBeingRevoked { get; set; }

    public bool IsPaused { get; set; }

    /// <summary>Changes with each seek: answers to requests from before are dropped.</summary>
    public int Stamp { get; private set; }

    public bool IsInRequest { get; set; }

    /// <summary>Timestamp of the clock before which it is not asked for again, after an error.</summary>
    public long NotBefore { get; set; }

    /// <summary>True when the leader has changed since the position was found: it may have been truncated (KIP-320).</summary>
    public bool NeedsValidation { get; set; }

    /// <summary>Leader epoch under which the position was last known to be good.</summary>
    public int LeaderEpoch { get; set; } = -1;

    public long HighWatermark { get; set; } = -1;

    public long LastStableOffset { get; set; } = -1;

    public long LogStartOffset { get; set; } = -1;

    /// <summary>Replica nearby that the leader recommends (KIP-392), or -1.</summary>
    public int PreferredReplica { get; set; } = -1;

    public long PreferredUntil { get; set; }

    /// <summary>What a poll throws once everything before it has been handed out.</summary>
    public FlowLogException? Problem { get; set; }

    public Queue<FetchedBatch> Fetched { get; } = new();

    public long FetchedBytes { get; private set; }

    /// <summary>True when it has a position that fetches may start from.</summary>
    public bool HasPosition => Position is not null && !NeedsValidation;

    /// <summary>Goes to an offset; what was fetched ahead is dropped.</summary>
    public void Seek(long offset, int? epoch)
    {
        DropFetched();
        (Position, PositionEpoch, FetchOffset, Reset, NeedsValidation) = (offset, epoch, offset, null, false);
        Processed = new OffsetAndMetadata(offset, LeaderEpoch: epoch);
        PreferredReplica = -1;
    }

    /// <summary>Goes back to an offset that was taken and not used; what counts as processed stays.</summary>
    public void Rewind(long offset)
    {
        (Position, PositionEpoch) = (offset, null);
        DropFetched();
    }

    /// <summary>Has no position until one is found: at the beginning, at the end, or (null) at what was committed.</summary>
    public void Lose(AutoOffsetReset? reset)
    {
        DropFetched();
        (Position, PositionEpoch, Reset, NeedsValidation) = (null, null, reset, false);
        PreferredReplica = -1;
    }

    public void Add(in FetchedBatch batch)
    {
        Fetched.Enqueue(batch);
        FetchedBytes += batch.Bytes.Length;
        FetchOffset = batch.NextOffset;
    }

    /// <summary>Takes the next batch; the position moves past it.</summary>
    public FetchedBatch Take()
    {
        var batch = Fetched.Dequeue();
        FetchedBytes -= batch.Bytes.Length;
        (Position, PositionEpoch) = (batch.NextOffset, batch.LeaderEpoch < 0 ? null : batch.LeaderEpoch);
        return batch;
    }

    /// <summary>Everything up to the position counts as processed.</summary>
    public void MarkProcessed()
    {
        if (Position is { } position)
            Processed = new OffsetAndMetadata(position, LeaderEpoch: PositionEpoch);
    }

    /// <summary>Everything before an offset counts as processed.</summary>
    public void MarkProcessed(OffsetAndMetadata next) => Processed = next;

    /// <summary>Forgets what was fetched ahead; answers that are on their way are dropped too.</summary>
    public void DropFetched()
    {
        Stamp++;
        Problem = null;
        FetchedBytes = 0;
        while (Fetched.TryDequeue(out var batch))
            batch.Release();
        if (Position is { } position)
            FetchOffset = position;
    }
}
