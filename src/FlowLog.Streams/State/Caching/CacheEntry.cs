namespace FlowLog.Streams.State.Caching;

/// <summary>A row in the record cache, with the record that changed it last.</summary>
internal sealed class CacheEntry(byte[] key)
{
    // The sizes that Kafka Streams counts, so that the same setting evicts the same rows: object links, dirty flag, record context.
    private const int Links = 8 + 8 + 8 + 8;
    private const int ContextSize = 20;

    public byte[] Key { get; } = key;

    /// <summary>Null where the row was deleted.</summary>
    public byte[]? Row { get; set; }

    public RecordContext Context { get; set; }

    public bool IsDirty { get; set; }

    /// <summary>Place among the rows in order of use.</summary>
    public LinkedListNode<CacheEntry>? Use { get; set; }

    /// <summary>Place among the changed rows in order of their last change.</summary>
    public LinkedListNode<CacheEntry>? Change { get; set; }

    /// <summary>What the budget was charged for it.</summary>
    public long Charged { get; set; }

    public long Size => Key.Length + Links + (Row?.Length ?? 0) + 1 + ContextSize + (Context.Topic?.Length ?? 0) + HeaderSize(Context.Headers);

    private static int HeaderSize(Headers? headers)
    {
        if (headers is null)
            return 0;

        var size = 0;
        foreach (var header in headers.AsMemory().Span)
            size += header.Key.Length + (header.Value?.Length ?? 0);

        return size;
    }
}
