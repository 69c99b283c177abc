namespace RocksDbSharp;

/// <summary>The native options object behind <see cref="DbOptions"/> and <see cref="ColumnFamilyOptions"/>.</summary>
public abstract class OptionsHandle : IDisposable
{
    internal OptionsPointer Pointer { get; } = new OptionsPointer().Holding<OptionsPointer>(OptionsNative.OptionsCreate());

    /// <inheritdoc/>
    public void Dispose()
    {
        Pointer.Dispose();
        GC.SuppressFinalize(this);
    }

    internal static byte Flag(bool value) => value ? (byte)1 : (byte)0;
}
