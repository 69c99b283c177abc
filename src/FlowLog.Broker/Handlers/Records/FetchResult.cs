using FlowLog.Broker.Log;
using FlowLog.Broker.Replication;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>What a read of one partition gave.</summary>
internal sealed class FetchResult(FetchTarget target, ErrorCode error)
{
    /// <summary>What was read.</summary>
    public FetchTarget Target => target;

    /// <summary>Why nothing could be read.</summary>
    public ErrorCode Error => error;

    /// <summary>The partition, null when it is not here.</summary>
    public PartitionLeader? Leader { get; init; }

    public long HighWatermark { get; init; } = -1;

    public long LastStableOffset { get; init; } = -1;

    public long LogStartOffset { get; init; } = -1;

    /// <summary>The reader's records end in another history than ours: where they part.</summary>
    public EpochEnd? Divergence { get; init; }

    /// <summary>Transactions to skip; null when the reader did not ask to have them skipped.</summary>
    public List<FetchResponse.AbortedTransaction>? Aborted { get; init; }

    /// <summary>Whom to ask instead; null when that is no news for the reader.</summary>
    public FetchResponse.LeaderIdAndEpoch? CurrentLeader { get; init; }

    /// <summary>The batches; null for none.</summary>
    public FileRegion? Region { get; init; }

    /// <summary>Bytes read.</summary>
    public int Length => Region?.Length ?? 0;

    /// <summary>Bytes that count against the limits of the fetch.</summary>
    public int Counted => Region?.Counted ?? 0;

    /// <summary>The reader must hear of it at once, data or not.</summary>
    public bool IsUrgent => error != ErrorCode.None || Divergence is not null;

    /// <summary>The result as it is answered.</summary>
    public FetchResponse.PartitionData ToAnswer()
    {
        var answer = new FetchResponse.PartitionData
        {
            PartitionIndex = target.Partition,
            ErrorCode = error,
            HighWatermark = HighWatermark,
            LastStableOffset = LastStableOffset,
            LogStartOffset = LogStartOffset,
            AbortedTransactions = Aborted,
            Records = Region is null ? new RecordBytes(ReadOnlyMemory<byte>.Empty) : new RecordBytes(Region),
        };
        if (Divergence is { } diverging)
            answer.DivergingEpoch = new FetchResponse.EpochEndOffset { Epoch = diverging.Epoch, EndOffset = diverging.EndOffset };
        if (CurrentLeader is not null)
            answer.CurrentLeader = CurrentLeader;
        return answer;
    }
}
