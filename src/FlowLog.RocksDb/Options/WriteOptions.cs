namespace RocksDbSharp;

/// <summary>How one write behaves.</summary>
public sealed class WriteOptions : IDisposable
{
    internal WriteOptionsPointer Pointer { get; } = new WriteOptionsPointer().Holding<WriteOptionsPointer>(OptionsNative.WriteOptionsCreate());

    /// <summary>Waits until the write-ahead log is on the disk; off by default.</summary>
    public WriteOptions SetSync(bool value)
    {
        OptionsNative.SetSync(Pointer, OptionsHandle.Flag(value));
        return this;
    }

    /// <summary>1: writes no write-ahead log. What was not flushed is lost by a crash; what is lost is always the newest part.</summary>
    public WriteOptions DisableWal(int disable)
    {
        OptionsNative.DisableWal(Pointer, disable);
        return this;
    }

    /// <inheritdoc/>
    public void Dispose() => Pointer.Dispose();
}
