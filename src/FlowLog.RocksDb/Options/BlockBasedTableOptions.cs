namespace RocksDbSharp;

/// <summary>Block size, cache and filters of the files of a column family.</summary>
public sealed class BlockBasedTableOptions : IDisposable
{
    internal TableOptionsPointer Pointer { get; } = new TableOptionsPointer().Holding<TableOptionsPointer>(OptionsNative.BlockBasedOptionsCreate());

    /// <summary>Bytes of a data block before compression; 4 KiB by default.</summary>
    public BlockBasedTableOptions SetBlockSize(ulong blockSize)
    {
        OptionsNative.SetBlockSize(Pointer, (nuint)blockSize);
        return this;
    }

    /// <summary>Shares a cache with other column families and databases; by default each has its own of 8 MiB.</summary>
    public BlockBasedTableOptions SetBlockCache(Cache blockCache)
    {
        OptionsNative.SetBlockCache(Pointer, blockCache.Pointer);
        return this;
    }

    /// <summary>Turns the block cache off.</summary>
    public BlockBasedTableOptions SetNoBlockCache(bool noBlockCache)
    {
        OptionsNative.SetNoBlockCache(Pointer, OptionsHandle.Flag(noBlockCache));
        return this;
    }

    /// <summary>Filters that keep look-ups of missing keys from reading a file. The native policy belongs to these options from now on.</summary>
    public BlockBasedTableOptions SetFilterPolicy(BloomFilterPolicy filterPolicy)
    {
        OptionsNative.SetFilterPolicy(Pointer, filterPolicy.Release());
        return this;
    }

    /// <summary>Filters whole keys; on by default.</summary>
    public BlockBasedTableOptions SetWholeKeyFiltering(bool wholeKeyFiltering)
    {
        OptionsNative.SetWholeKeyFiltering(Pointer, OptionsHandle.Flag(wholeKeyFiltering));
        return this;
    }

    /// <summary>Keeps indexes and filters inside the block cache's budget; off by default.</summary>
    public BlockBasedTableOptions SetCacheIndexAndFilterBlocks(bool cacheIndexAndFilterBlocks)
    {
        OptionsNative.SetCacheIndexAndFilterBlocks(Pointer, OptionsHandle.Flag(cacheIndexAndFilterBlocks));
        return this;
    }

    /// <summary>Keeps those of level 0 there for good; off by default.</summary>
    public BlockBasedTableOptions SetPinL0FilterAndIndexBlocksInCache(bool pinL0FilterAndIndexBlocksInCache)
    {
        OptionsNative.SetPinL0FilterAndIndexBlocksInCache(Pointer, OptionsHandle.Flag(pinL0FilterAndIndexBlocksInCache));
        return this;
    }

    /// <summary>Format of new files.</summary>
    public BlockBasedTableOptions SetFormatVersion(int formatVersion)
    {
        OptionsNative.SetFormatVersion(Pointer, formatVersion);
        return this;
    }

    /// <inheritdoc/>
    public void Dispose() => Pointer.Dispose();
}
