using System.Runtime.InteropServices;

namespace RocksDbSharp;

/// <summary>How one read or iterator behaves.</summary>
public sealed class ReadOptions : IDisposable
{
    private byte[]? _lower;
    private byte[]? _upper;

    internal ReadOptionsPointer Pointer { get; } = new ReadOptionsPointer().Holding<ReadOptionsPointer>(OptionsNative.ReadOptionsCreate());

    /// <summary>Checks the checksums of blocks that are read; on by default.</summary>
    public ReadOptions SetVerifyChecksums(bool value)
    {
        OptionsNative.SetVerifyChecksums(Pointer, OptionsHandle.Flag(value));
        return this;
    }

    /// <summary>Puts what is read into the block cache; on by default, off for bulk scans.</summary>
    public ReadOptions SetFillCache(bool value)
    {
        OptionsNative.SetFillCache(Pointer, OptionsHandle.Flag(value));
        return this;
    }

    /// <summary>Reads the database as it was then. The snapshot lives at least as long as these options.</summary>
    public ReadOptions SetSnapshot(Snapshot snapshot)
    {
        OptionsNative.SetSnapshot(Pointer, snapshot.Pointer);
        Pointer.DependOn(snapshot.Pointer);
        return this;
    }

    /// <summary>Iterators do not go below this key.</summary>
    public unsafe ReadOptions SetIterateLowerBound(byte[] key)
    {
        // The library keeps the pointer, not the bytes: they live in pinned memory that is held as long as this object.
        _lower = Pinned(key);
        OptionsNative.SetIterateLowerBound(Pointer, (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_lower, 0), (nuint)key.Length);
        return this;
    }

    /// <summary>Iterators end before this key.</summary>
    public unsafe ReadOptions SetIterateUpperBound(byte[] key)
    {
        _upper = Pinned(key);
        OptionsNative.SetIterateUpperBound(Pointer, (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_upper, 0), (nuint)key.Length);
        return this;
    }

    /// <summary>Bytes that iterators read ahead; 0, the default, adapts.</summary>
    public ReadOptions SetReadaheadSize(ulong size)
    {
        OptionsNative.SetReadaheadSize(Pointer, (nuint)size);
        return this;
    }

    /// <summary>Iterates in key order whatever the index; off by default.</summary>
    public ReadOptions SetTotalOrderSeek(bool enable)
    {
        OptionsNative.SetTotalOrderSeek(Pointer, OptionsHandle.Flag(enable));
        return this;
    }

    /// <inheritdoc/>
    public void Dispose() => Pointer.Dispose();

    private static byte[] Pinned(byte[] key)
    {
        var copy = GC.AllocateUninitializedArray<byte>(Math.Max(1, key.Length), pinned: true);
        key.CopyTo(copy, 0);
        return copy;
    }
}
