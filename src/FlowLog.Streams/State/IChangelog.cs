namespace FlowLog.Streams.State;

/// <summary>Where a store writes its changes, so that it can be built again elsewhere.</summary>
internal interface IChangelog
{
    /// <summary>A row has this value now.</summary>
    void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long timestampMs);

    /// <summary>A row is gone.</summary>
    void Delete(ReadOnlySpan<byte> key, long timestampMs);
}
