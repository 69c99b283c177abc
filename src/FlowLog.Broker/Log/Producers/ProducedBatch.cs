using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Log.Producers;

/// <summary>One of the last batches of an idempotent producer: what a retry is recognised by.</summary>
internal readonly record struct ProducedBatch(int LastSequence, long LastOffset, int OffsetDelta, long Timestamp)
{
    /// <summary>Sequence number of its first record.</summary>
    public int FirstSequence => LastSequence >= OffsetDelta
        ? LastSequence - OffsetDelta
        : int.MaxValue - (OffsetDelta - LastSequence) + 1;

    /// <summary>Offset of its first record.</summary>
    public long FirstOffset => LastOffset - OffsetDelta;

    public static ProducedBatch Of(in BatchHeader header) =>
        new(header.LastSequence, header.LastOffset, header.LastOffsetDelta, header.MaxTimestamp);
}
