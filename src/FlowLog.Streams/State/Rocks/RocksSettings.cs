using RocksDbSharp;

namespace FlowLog.Streams.State.Rocks;

/// <summary>
/// How the databases of an application are opened. The block cache is one for all of them, so that native memory has a bound that does not grow
/// with the number of tasks and stores.
/// </summary>
internal sealed class RocksSettings : IDisposable
{
    private readonly Cache _blocks;
    private readonly BlockBasedTableOptions _table;
    private readonly ulong _memtableBytes;
    private readonly Action<ColumnFamilyOptions>? _configure;

    public RocksSettings(long blockCacheBytes, long memtableBytes, Action<ColumnFamilyOptions>? configure)
    {
        _memtableBytes = (ulong)memtableBytes;
        _configure = configure;
        _blocks = Cache.CreateLru((ulong)blockCacheBytes);
        _table = new BlockBasedTableOptions()
            .SetBlockSize(4096)
            .SetBlockCache(_blocks)
            .SetFilterPolicy(BloomFilterPolicy.Create(10, false))
            .SetCacheIndexAndFilterBlocks(true)
            .SetPinL0FilterAndIndexBlocksInCache(true);
    }

    public static DbOptions ForDatabase() =>
        new DbOptions()
            .SetCreateIfMissing()
            .SetCreateMissingColumnFamilies()
            .IncreaseParallelism(2)
            .SetAllowConcurrentMemtableWrite(false)
            .SetInfoLogLevel(InfoLogLevel.Warn)
            .SetKeepLogFileNum(1)
            .SetStatsDumpPeriodSec(0);

    public ColumnFamilyOptions ForStore()
    {
        // A changelog can always bring back what a damaged file has lost, and rows are small and written over often: no compression.
        var options = new ColumnFamilyOptions()
            .SetBlockBasedTableFactory(_table)
            .SetWriteBufferSize(_memtableBytes)
            .SetMaxWriteBufferNumber(3)
            .SetMemtablePrefixBloomSizeRatio(0.05)
            .SetCompression(Compression.No);
        _configure?.Invoke(options);
        return options;
    }

    public void Dispose()
    {
        (_table as IDisposable)?.Dispose();
        (_blocks as IDisposable)?.Dispose();
    }
}
