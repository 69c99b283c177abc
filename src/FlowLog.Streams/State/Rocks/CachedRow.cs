namespace FlowLog.Streams.State.Rocks;

/// <summary>A row held in memory: changed and not yet in the database, or read from it and kept for the next time.</summary>
internal sealed class CachedRow(byte[] key)
{
    // What a row costs beside its bytes: dictionary entry, this object, two array headers.
    private const int Overhead = 120;

    public byte[] Key { get; } = key;

    /// <summary>Null where the row does not exist, or no longer.</summary>
    public byte[]? Value { get; set; }

    public bool IsDirty { get; set; }

    /// <summary>Asked for since the clock hand came by.</summary>
    public bool WasUsed { get; set; }

    public int Size => Overhead + Key.Length + (Value?.Length ?? 0);
}
