namespace RocksDbSharp;

/// <summary>How files are written outside of a database.</summary>
public sealed class EnvOptions : IDisposable
{
    internal EnvOptionsPointer Pointer { get; } = new EnvOptionsPointer().Holding<EnvOptionsPointer>(OptionsNative.EnvOptionsCreate());

    /// <inheritdoc/>
    public void Dispose() => Pointer.Dispose();
}
