namespace FlowLog.Streams.State.Bytes;

/// <summary>
/// Rows of bytes in byte order of their keys. The innermost part of a store, without serdes, cache and changelog. Not thread-safe: it
/// belongs to its task.
/// </summary>
internal abstract class BytesStore : IDisposable
{
    /// <summary>Whether the rows outlive the process.</summary>
    public abstract bool IsPersistent { get; }

    /// <summary>Number of rows, roughly.</summary>
    public abstract long ApproximateCount { get; }

    /// <summary>Bytes of changes that are not in the files yet.</summary>
    public abstract long UncommittedBytes { get; }

    /// <summary>The row, valid until the next call on this store.</summary>
    public abstract bool TryGet(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value);

    public abstract void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    public abstract void Delete(ReadOnlySpan<byte> key);

    /// <summary>Walks the rows from one key to another, both included; null is no bound.</summary>
    public abstract BytesIterator Range(byte[]? from, byte[]? to, bool descending);

    /// <summary>Offset in the changelog up to which the rows are contained, or null when unknown: then all of it must be read.</summary>
    public abstract long? ReadPosition();

    /// <summary>Makes the changes since the last commit permanent together with the position in the changelog that they reach.</summary>
    public abstract void Commit(long? changelogPosition);

    /// <summary>Forgets everything, for a store that must be built anew.</summary>
    public abstract void Clear();

    /// <summary>Takes rows read back from the changelog; they count as committed.</summary>
    public abstract void Restore(RestoreRows rows, long changelogPosition);

    public abstract void Dispose();
}
