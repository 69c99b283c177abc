namespace FlowLog.Streams.State.KeyValue;

/// <summary>The operator that forwards what leaves a store's record cache.</summary>
internal interface IRowListener
{
    /// <summary>Whether the old row is asked for.</summary>
    bool WantsOldRows { get; }

    /// <summary>A row left the cache and is stored now; null is a deleted row, and an old row that was absent or not asked for.</summary>
    void RowFlushed(byte[] key, byte[]? row, byte[]? oldRow);
}
