namespace FlowLog.Protocol.Records;

/// <summary>
/// Walks the batches in a run of bytes, as a fetch answer or a segment holds them:
/// <c>while (batches.MoveNext()) Use(batches.Header, batches.Batch);</c>. A batch that is cut off at the end is not shown.
/// </summary>
public ref struct BatchReader
{
    private readonly ReadOnlySpan<byte> _source;

    /// <summary>Starts before the first batch of <paramref name="source"/>.</summary>
    public BatchReader(ReadOnlySpan<byte> source)
    {
        _source = source;
    }

    /// <summary>The header of the current batch.</summary>
    public BatchHeader Header { get; private set; }

    /// <summary>The whole current batch, header included.</summary>
    public ReadOnlySpan<byte> Batch { get; private set; }

    /// <summary>Where the current batch starts.</summary>
    public readonly int Position => NextPosition - Batch.Length;

    /// <summary>Where the next batch starts.</summary>
    public int NextPosition { get; private set; }

    /// <summary>The bytes at <see cref="NextPosition"/> cannot be a batch of this format.</summary>
    public bool Failed { get; private set; }

    /// <summary>Moves to the next whole batch; false at the end, at a batch that is cut off, and after a failure.</summary>
    public bool MoveNext()
    {
        var rest = _source[NextPosition..];
        if (Failed || !BatchHeader.TryRead(rest, out var header))
            return false;

        if (!header.IsPlausible)
        {
            Failed = true;
            return false;
        }

        if (header.TotalSize > rest.Length)
            return false;

        Header = header;
        Batch = rest[..(int)header.TotalSize];
        NextPosition += Batch.Length;
        return true;
    }
}
