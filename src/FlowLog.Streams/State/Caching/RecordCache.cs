namespace FlowLog.Streams.State.Caching;

/// <summary>
/// The budget that the caches of one stream thread share. A row stays until its store's cache has to make room for another or is flushed at a commit;
/// of all changes of a row in between only the last is logged and forwarded.
/// </summary>
internal sealed class RecordCache(long maxBytes)
{
    private readonly List<StoreCache> _caches = [];

    /// <summary>Bytes the caches may hold together; 0 keeps nothing.</summary>
    public long MaxBytes { get; set; } = maxBytes;

    /// <summary>Bytes they hold.</summary>
    public long Bytes { get; internal set; }

    public StoreCache Open(IFlushedRows below)
    {
        var cache = new StoreCache(this, below);
        _caches.Add(cache);
        return cache;
    }

    public void Close(StoreCache cache)
    {
        Bytes -= cache.Bytes;
        _caches.Remove(cache);
    }
}
