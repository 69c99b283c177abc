using FlowLog.Protocol.Compression;

namespace FlowLog.Protocol.Records;

/// <summary>What a <see cref="RecordBatchBuilder"/> writes into the header of its next batch.</summary>
public readonly record struct BatchSettings()
{
    /// <summary>How the records are compressed.</summary>
    public Codec Codec { get; init; }

    /// <summary>The codec's level; see <see cref="Compressor.Compress"/>.</summary>
    public int CompressionLevel { get; init; } = Compressor.DefaultLevel;

    /// <summary>Offset of the first record: 0 in what producers send.</summary>
    public long BaseOffset { get; init; }

    /// <summary>Epoch of the appending leader; -1 in what producers send.</summary>
    public int LeaderEpoch { get; init; } = -1;

    /// <summary>Id of an idempotent producer.</summary>
    public long ProducerId { get; init; } = RecordBatch.NoProducerId;

    /// <summary>Epoch of that id.</summary>
    public short ProducerEpoch { get; init; } = RecordBatch.NoProducerEpoch;

    /// <summary>Sequence number of the first record.</summary>
    public int BaseSequence { get; init; } = RecordBatch.NoSequence;

    /// <summary>Whether the batch belongs to a transaction.</summary>
    public bool IsTransactional { get; init; }

    /// <summary>Whether the batch holds control records.</summary>
    public bool IsControl { get; init; }

    /// <summary>When not null, the time after which tombstones and markers inside may go; stored as the base timestamp.</summary>
    public long? DeleteHorizon { get; init; }

    /// <summary>When not null, the broker's append time, which then is every record's timestamp.</summary>
    public long? LogAppendTime { get; init; }

    internal BatchAttributes Attributes =>
        (BatchAttributes)Codec
        | (IsTransactional ? BatchAttributes.Transactional : 0)
        | (IsControl ? BatchAttributes.Control : 0)
        | (DeleteHorizon is null ? 0 : BatchAttributes.DeleteHorizon)
        | (LogAppendTime is null ? 0 : BatchAttributes.LogAppendTime);
}
