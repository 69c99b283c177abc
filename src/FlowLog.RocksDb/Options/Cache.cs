namespace RocksDbSharp;

/// <summary>A cache of data blocks, shared by as many column families and databases as it is given to. Thread-safe.</summary>
public sealed class Cache : IDisposable
{
    private Cache(CachePointer pointer) => Pointer = pointer;

    internal CachePointer Pointer { get; }

    /// <summary>A cache that gives up what was used least recently, of that many bytes.</summary>
    public static Cache CreateLru(ulong capacity) => new(new CachePointer().Holding<CachePointer>(OptionsNative.CacheCreateLru((nuint)capacity)));

    /// <summary>Changes the size while in use.</summary>
    public Cache SetCapacity(ulong capacity)
    {
        OptionsNative.CacheSetCapacity(Pointer, (nuint)capacity);
        return this;
    }

    /// <summary>Bytes in use.</summary>
    public ulong GetUsage() => OptionsNative.CacheGetUsage(Pointer);

    /// <summary>Bytes that cannot be given up now.</summary>
    public ulong GetPinnedUsage() => OptionsNative.CacheGetPinnedUsage(Pointer);

    /// <summary>Lets go of this reference; databases that use the cache keep it.</summary>
    public void Dispose() => Pointer.Dispose();
}
