namespace FlowLog.Connect.Offsets;

/// <summary>A record of a compacted topic: the last value of a key counts, and no value means that the key is gone.</summary>
internal readonly record struct KeyedEntry(ReadOnlyMemory<byte> Key, byte[]? Value, int Partition = 0, long Offset = 0);

/// <summary>A compacted topic that is read from its beginning and followed from then on: what Connect remembers.</summary>
internal interface IKeyedTopic : IAsyncDisposable
{
    /// <summary>Reads what is there, then follows; completes when everything written before the call has been given to <paramref name="apply"/>, one entry at a time.</summary>
    ValueTask StartAsync(Action<KeyedEntry> apply, CancellationToken cancellation);

    /// <summary>Writes entries in order; completes when they are durable. They come back through the reading like everybody else's.</summary>
    ValueTask AppendAsync(IReadOnlyList<KeyedEntry> entries, CancellationToken cancellation);

    /// <summary>Completes when everything written before the call has been given to the reader.</summary>
    ValueTask ReadToEndAsync(CancellationToken cancellation);
}
