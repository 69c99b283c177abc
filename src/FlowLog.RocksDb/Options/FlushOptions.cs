namespace RocksDbSharp;

/// <summary>How a flush behaves.</summary>
public sealed class FlushOptions : IDisposable
{
    internal FlushOptionsPointer Pointer { get; } = new FlushOptionsPointer().Holding<FlushOptionsPointer>(OptionsNative.FlushOptionsCreate());

    /// <summary>Returns only when the files are written; on by default.</summary>
    public FlushOptions SetWaitForFlush(bool waitForFlush)
    {
        OptionsNative.SetWait(Pointer, OptionsHandle.Flag(waitForFlush));
        return this;
    }

    /// <inheritdoc/>
    public void Dispose() => Pointer.Dispose();
}
