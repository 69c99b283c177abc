namespace FlowLog.Streams.State.Bytes;

/// <summary>The last change of each key among the changelog records read so far: what restoring has to apply, once.</summary>
internal sealed class RestoreRows
{
    private readonly Dictionary<byte[], byte[]?> _rows = new(ByteKeys.Comparer);
    private readonly Dictionary<byte[], byte[]?>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;

    public RestoreRows() => _bySpan = _rows.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Bytes of keys and values held.</summary>
    public long Bytes { get; private set; }

    public int Count => _rows.Count;

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Set(key, value.ToArray());

    public void Delete(ReadOnlySpan<byte> key) => Set(key, null);

    /// <summary>Rows in byte order; a null value is a deletion.</summary>
    public IEnumerable<(byte[] Key, byte[]? Value)> InOrder()
    {
        var keys = _rows.Keys.ToArray();
        Array.Sort(keys, ByteKeys.Comparer);
        foreach (var key in keys)
            yield return (key, _rows[key]);
    }

    public void Clear()
    {
        _rows.Clear();
        Bytes = 0;
    }

    private void Set(ReadOnlySpan<byte> key, byte[]? value)
    {
        if (_bySpan.TryGetValue(key, out var before))
            Bytes -= before?.Length ?? 0;
        else
            Bytes += key.Length;

        Bytes += value?.Length ?? 0;
        _bySpan[key] = value;
    }
}
