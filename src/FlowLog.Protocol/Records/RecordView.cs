namespace FlowLog.Protocol.Records;

/// <summary>One record where it lies. Valid as long as the batch's bytes are.</summary>
public readonly ref struct RecordView
{
    internal RecordView(long offset, long timestamp, NullableBytes key, NullableBytes value, ReadOnlySpan<byte> headerSection)
    {
        Offset = offset;
        Timestamp = timestamp;
        Key = key;
        Value = value;
        HeaderSection = headerSection;
    }

    /// <summary>Offset in the partition.</summary>
    public long Offset { get; }

    /// <summary>Milliseconds since 1970; -1 for none.</summary>
    public long Timestamp { get; }

    /// <summary>The key, or null.</summary>
    public NullableBytes Key { get; }

    /// <summary>The value, or null: a tombstone.</summary>
    public NullableBytes Value { get; }

    /// <summary>The headers as they lie, count included: can be copied into another batch.</summary>
    public ReadOnlySpan<byte> HeaderSection { get; }

    /// <summary>Whether the record has headers.</summary>
    public bool HasHeaders => HeaderSection.Length > 1;

    /// <summary>The headers, one by one.</summary>
    public RecordHeaderReader Headers => new(HeaderSection);
}
