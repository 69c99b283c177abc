namespace RocksDbSharp;

/// <summary>Writes that become visible together. Reusable after <see cref="Clear"/>; one thread at a time.</summary>
public sealed unsafe class WriteBatch : IDisposable
{
    internal WriteBatchPointer Pointer { get; } = new WriteBatchPointer().Holding<WriteBatchPointer>(RocksNative.WriteBatchCreate());

    /// <summary>Forgets all writes.</summary>
    public WriteBatch Clear()
    {
        RocksNative.WriteBatchClear(Pointer);
        return this;
    }

    /// <summary>Number of writes in it.</summary>
    public int Count() => RocksNative.WriteBatchCount(Pointer);

    /// <summary>Sets a row.</summary>
    public WriteBatch Put(byte[] key, byte[] val, ColumnFamilyHandle? cf = null) => Put((ReadOnlySpan<byte>)key, val, cf);

    /// <summary>Sets a row.</summary>
    public WriteBatch Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ColumnFamilyHandle? cf = null)
    {
        fixed (byte* keyStart = key, valueStart = value)
        {
            if (cf is null)
                RocksNative.WriteBatchPut(Pointer, keyStart, (nuint)key.Length, valueStart, (nuint)value.Length);
            else
                RocksNative.WriteBatchPutCf(Pointer, cf.Pointer, keyStart, (nuint)key.Length, valueStart, (nuint)value.Length);
        }

        return this;
    }

    /// <summary>Deletes a row.</summary>
    public WriteBatch Delete(byte[] key, ColumnFamilyHandle? cf = null) => Delete((ReadOnlySpan<byte>)key, cf);

    /// <summary>Deletes a row.</summary>
    public WriteBatch Delete(ReadOnlySpan<byte> key, ColumnFamilyHandle? cf = null)
    {
        fixed (byte* keyStart = key)
        {
            if (cf is null)
                RocksNative.WriteBatchDelete(Pointer, keyStart, (nuint)key.Length);
            else
                RocksNative.WriteBatchDeleteCf(Pointer, cf.Pointer, keyStart, (nuint)key.Length);
        }

        return this;
    }

    /// <summary>Deletes all rows from the first key on, up to and without the second.</summary>
    public WriteBatch DeleteRange(byte[] startKey, ulong sklen, byte[] endKey, ulong eklen, ColumnFamilyHandle? cf = null)
    {
        fixed (byte* start = startKey, end = endKey)
        {
            if (cf is null)
                RocksNative.WriteBatchDeleteRange(Pointer, start, (nuint)sklen, end, (nuint)eklen);
            else
                RocksNative.WriteBatchDeleteRangeCf(Pointer, cf.Pointer, start, (nuint)sklen, end, (nuint)eklen);
        }

        return this;
    }

    /// <inheritdoc/>
    public void Dispose() => Pointer.Dispose();
}
