namespace FlowLog.Streams.State.Caching;

/// <summary>The layer under a record cache, which takes what leaves it.</summary>
internal interface IFlushedRows
{
    /// <summary>The last change of a row. It is logged, stored and forwarded as if the record in <paramref name="context"/> were being processed.</summary>
    void Flushed(byte[] key, byte[]? row, RecordContext context);
}
