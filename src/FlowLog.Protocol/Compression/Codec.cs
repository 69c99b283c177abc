namespace FlowLog.Protocol.Compression;

/// <summary>How the records of a batch are compressed. The numbers are those of the batch attributes.</summary>
public enum Codec
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>A gzip stream.</summary>
    Gzip = 1,

    /// <summary>Snappy blocks in xerial stream framing; bare blocks are read too.</summary>
    Snappy = 2,

    /// <summary>An LZ4 frame of independent blocks.</summary>
    Lz4 = 3,

    /// <summary>A Zstandard frame.</summary>
    Zstd = 4,
}
