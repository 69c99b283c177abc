namespace RocksDbSharp;

/// <summary>
/// Walks the rows of a column family in key order, over the state of the moment it was made. One thread at a time; dispose it, for it
/// holds back files and memtables.
/// </summary>
public sealed unsafe class Iterator : IDisposable
{
    // Bounds and snapshot live in the options: they are held as long as the iterator.
    private readonly ReadOptions? _options;

    internal Iterator(DbHandle db, ReadOptions options, ColumnFamilyHandle family)
    {
        _options = options;
        var pointer = RocksNative.CreateIteratorCf(db, options.Pointer, family.Pointer);
        Pointer = new IteratorPointer().Holding<IteratorPointer>(pointer, db, options.Pointer);
    }

    internal IteratorPointer Pointer { get; }

    /// <summary>Whether it stands on a row.</summary>
    /// <exception cref="RocksDbException">It does not because reading failed.</exception>
    public bool Valid()
    {
        if (RocksNative.IteratorValid(Pointer) != 0)
            return true;

        var error = new NativeError();
        RocksNative.IteratorError(Pointer, &error.Text);
        error.ThrowIfSet();
        GC.KeepAlive(_options);
        return false;
    }

    /// <summary>Goes to the first row.</summary>
    public Iterator SeekToFirst()
    {
        RocksNative.IteratorSeekToFirst(Pointer);
        return this;
    }

    /// <summary>Goes to the last row.</summary>
    public Iterator SeekToLast()
    {
        RocksNative.IteratorSeekToLast(Pointer);
        return this;
    }

    /// <summary>Goes to the first row at or after the key.</summary>
    public Iterator Seek(byte[] key) => Seek((ReadOnlySpan<byte>)key);

    /// <summary>Goes to the first row at or after the key.</summary>
    public Iterator Seek(ReadOnlySpan<byte> key)
    {
        fixed (byte* start = key)
            RocksNative.IteratorSeek(Pointer, start, (nuint)key.Length);

        return this;
    }

    /// <summary>Goes to the last row at or before the key.</summary>
    public Iterator SeekForPrev(byte[] key) => SeekForPrev((ReadOnlySpan<byte>)key);

    /// <summary>Goes to the last row at or before the key.</summary>
    public Iterator SeekForPrev(ReadOnlySpan<byte> key)
    {
        fixed (byte* start = key)
            RocksNative.IteratorSeekForPrev(Pointer, start, (nuint)key.Length);

        return this;
    }

    /// <summary>Goes to the next row; only where it stands on one.</summary>
    public Iterator Next()
    {
        RocksNative.IteratorNext(Pointer);
        return this;
    }

    /// <summary>Goes to the row before; only where it stands on one.</summary>
    public Iterator Prev()
    {
        RocksNative.IteratorPrev(Pointer);
        return this;
    }

    /// <summary>Key of the row, copied.</summary>
    public byte[] Key() => GetKeySpan().ToArray();

    /// <summary>Value of the row, copied.</summary>
    public byte[] Value() => GetValueSpan().ToArray();

    /// <summary>Key of the row, valid until the iterator moves or is disposed.</summary>
    public ReadOnlySpan<byte> GetKeySpan()
    {
        nuint length;
        var start = RocksNative.IteratorKey(Pointer, &length);
        return new ReadOnlySpan<byte>(start, checked((int)length));
    }

    /// <summary>Value of the row, valid until the iterator moves or is disposed.</summary>
    public ReadOnlySpan<byte> GetValueSpan()
    {
        nuint length;
        var start = RocksNative.IteratorValue(Pointer, &length);
        return new ReadOnlySpan<byte>(start, checked((int)length));
    }

    /// <inheritdoc/>
    public void Dispose() => Pointer.Dispose();
}
