namespace FlowLog.Broker.Log.Segments;

/// <summary>An entry of an index file: a fixed number of bytes.</summary>
internal interface IIndexEntry<TSelf>
    where TSelf : struct, IIndexEntry<TSelf>
{
    /// <summary>Bytes of one entry.</summary>
    static abstract int Size { get; }

    /// <summary>Reads an entry.</summary>
    static abstract TSelf Read(ReadOnlySpan<byte> source);

    /// <summary>Whether this entry may follow on <paramref name="previous"/>: what a torn file breaks.</summary>
    bool MayFollow(in TSelf previous);

    /// <summary>Whether this entry may be the first.</summary>
    bool MayBeFirst { get; }

    /// <summary>Writes the entry.</summary>
    void Write(Span<byte> target);
}
