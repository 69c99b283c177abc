namespace RocksDbSharp;

/// <summary>
/// Options of a database and of a column family: RocksDB keeps them in one native object, so every setter is available on both.
/// Setters return the object itself.
/// </summary>
public abstract class Options<T> : OptionsHandle
    where T : Options<T>
{
    private protected Options()
    {
    }

    /// <summary>Creates the database when it does not exist; off by default.</summary>
    public T SetCreateIfMissing(bool value = true)
    {
        OptionsNative.SetCreateIfMissing(Pointer, Flag(value));
        return Self;
    }

    /// <summary>Creates the column families that are named at opening and do not exist; off by default.</summary>
    public T SetCreateMissingColumnFamilies(bool value = true)
    {
        OptionsNative.SetCreateMissingColumnFamilies(Pointer, Flag(value));
        return Self;
    }

    /// <summary>Refuses to open a database that exists; off by default.</summary>
    public T SetErrorIfExists(bool value = true)
    {
        OptionsNative.SetErrorIfExists(Pointer, Flag(value));
        return Self;
    }

    /// <summary>Stops at the first sign of corruption; on by default.</summary>
    public T SetParanoidChecks(bool value = true)
    {
        OptionsNative.SetParanoidChecks(Pointer, Flag(value));
        return Self;
    }

    /// <summary>Number of background threads for flushes and compactions together.</summary>
    public T IncreaseParallelism(int totalThreads)
    {
        OptionsNative.IncreaseParallelism(Pointer, totalThreads);
        return Self;
    }

    /// <summary>Files kept open; -1, the default, keeps all.</summary>
    public T SetMaxOpenFiles(int value)
    {
        OptionsNative.SetMaxOpenFiles(Pointer, value);
        return Self;
    }

    /// <summary>Bytes of memtables over all column families at which the largest is flushed; 0, the default, is no limit.</summary>
    public T SetDbWriteBufferSize(ulong size)
    {
        OptionsNative.SetDbWriteBufferSize(Pointer, (nuint)size);
        return Self;
    }

    /// <summary>Bytes of one memtable before it is flushed; 64 MiB by default.</summary>
    public T SetWriteBufferSize(ulong value)
    {
        OptionsNative.SetWriteBufferSize(Pointer, (nuint)value);
        return Self;
    }

    /// <summary>Memtables of one column family before writes stall; 2 by default.</summary>
    public T SetMaxWriteBufferNumber(int value)
    {
        OptionsNative.SetMaxWriteBufferNumber(Pointer, value);
        return Self;
    }

    /// <summary>Memtables merged into one file at a flush; 1 by default.</summary>
    public T SetMinWriteBufferNumberToMerge(int value)
    {
        OptionsNative.SetMinWriteBufferNumberToMerge(Pointer, value);
        return Self;
    }

    /// <summary>Lets several threads write one memtable; on by default, and slower than off where one thread writes.</summary>
    public T SetAllowConcurrentMemtableWrite(bool value)
    {
        OptionsNative.SetAllowConcurrentMemtableWrite(Pointer, Flag(value));
        return Self;
    }

    /// <summary>Share of the memtable given to a bloom filter, 0 to 0.25; 0 by default.</summary>
    public T SetMemtablePrefixBloomSizeRatio(double ratio)
    {
        OptionsNative.SetMemtablePrefixBloomSizeRatio(Pointer, ratio);
        return Self;
    }

    /// <summary>Compression of data blocks; snappy by default.</summary>
    public T SetCompression(Compression value)
    {
        OptionsNative.SetCompression(Pointer, (int)value);
        return Self;
    }

    /// <summary>How files are merged; by level by default.</summary>
    public T SetCompactionStyle(Compaction value)
    {
        OptionsNative.SetCompactionStyle(Pointer, (int)value);
        return Self;
    }

    /// <summary>Bytes of a file on the first level; 64 MiB by default.</summary>
    public T SetTargetFileSizeBase(ulong value)
    {
        OptionsNative.SetTargetFileSizeBase(Pointer, value);
        return Self;
    }

    /// <summary>Files on level 0 that start a compaction; 4 by default.</summary>
    public T SetLevel0FileNumCompactionTrigger(int value)
    {
        OptionsNative.SetLevel0FileNumCompactionTrigger(Pointer, value);
        return Self;
    }

    /// <summary>Not 0: no compaction unless asked for.</summary>
    public T SetDisableAutoCompactions(int value)
    {
        OptionsNative.SetDisableAutoCompactions(Pointer, value);
        return Self;
    }

    /// <summary>What RocksDB writes to its own LOG file.</summary>
    public T SetInfoLogLevel(InfoLogLevel value)
    {
        OptionsNative.SetInfoLogLevel(Pointer, (int)value);
        return Self;
    }

    /// <summary>LOG files kept; 1,000 by default.</summary>
    public T SetKeepLogFileNum(ulong value)
    {
        OptionsNative.SetKeepLogFileNum(Pointer, (nuint)value);
        return Self;
    }

    /// <summary>Seconds between dumps of statistics to LOG; 600 by default, 0 for never.</summary>
    public T SetStatsDumpPeriodSec(uint value)
    {
        OptionsNative.SetStatsDumpPeriodSec(Pointer, value);
        return Self;
    }

    /// <summary>Block size, cache and filters of the files.</summary>
    public T SetBlockBasedTableFactory(BlockBasedTableOptions tableOptions)
    {
        OptionsNative.SetBlockBasedTableFactory(Pointer, tableOptions.Pointer);
        return Self;
    }

    private T Self => (T)this;
}

/// <summary>Options of a database, and of its default column family.</summary>
public sealed class DbOptions : Options<DbOptions>;

/// <summary>Options of one column family.</summary>
public sealed class ColumnFamilyOptions : Options<ColumnFamilyOptions>;
