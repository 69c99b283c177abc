namespace RocksDbSharp;

/// <summary>Compression of data blocks.</summary>
public enum Compression
{
    /// <summary>None.</summary>
    No = 0,

    /// <summary>Snappy.</summary>
    Snappy = 1,

    /// <summary>Zlib.</summary>
    Zlib = 2,

    /// <summary>Bzip2.</summary>
    Bz2 = 3,

    /// <summary>LZ4.</summary>
    Lz4 = 4,

    /// <summary>LZ4, slower and smaller.</summary>
    Lz4hc = 5,

    /// <summary>Zstandard.</summary>
    Zstd = 7,
}

/// <summary>How files are merged.</summary>
public enum Compaction
{
    /// <summary>Level by level: least space.</summary>
    Level = 0,

    /// <summary>Runs of similar size: least writing.</summary>
    Universal = 1,

    /// <summary>Oldest file first out.</summary>
    Fifo = 2,
}

/// <summary>Detail of RocksDB's own LOG file.</summary>
public enum InfoLogLevel
{
    /// <summary>Everything.</summary>
    Debug = 0,

    /// <summary>The default.</summary>
    Info = 1,

    /// <summary>Warnings and worse.</summary>
    Warn = 2,

    /// <summary>Errors and worse.</summary>
    Error = 3,

    /// <summary>What stops the database.</summary>
    Fatal = 4,

    /// <summary>Only the header.</summary>
    Header = 5,
}
