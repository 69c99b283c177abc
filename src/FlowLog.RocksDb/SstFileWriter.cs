namespace RocksDbSharp;

/// <summary>Writes a sorted file outside of a database, to be taken in whole by <see cref="RocksDb.IngestExternalFiles"/>.</summary>
public sealed unsafe class SstFileWriter : IDisposable
{
    private readonly EnvOptions? _ownEnv;
    private readonly ColumnFamilyOptions? _ownOptions;
    private readonly SstWriterPointer _pointer;

    /// <summary>A writer of files for a column family with these options.</summary>
    public SstFileWriter(EnvOptions? envOptions = null, ColumnFamilyOptions? ioOptions = null)
    {
        var env = envOptions ?? (_ownEnv = new EnvOptions());
        var options = ioOptions ?? (_ownOptions = new ColumnFamilyOptions());
        var pointer = RocksNative.SstWriterCreate(env.Pointer, options.Pointer);
        _pointer = new SstWriterPointer().Holding<SstWriterPointer>(pointer, env.Pointer, options.Pointer);
    }

    /// <summary>Starts a file.</summary>
    public void Open(string filename)
    {
        var error = new NativeError();
        RocksNative.SstWriterOpen(_pointer, filename, &error.Text);
        error.ThrowIfSet();
    }

    /// <summary>Adds a row; keys must come in ascending order.</summary>
    public void Put(byte[] key, byte[] val) => Put((ReadOnlySpan<byte>)key, val);

    /// <summary>Adds a row; keys must come in ascending order. (Not in the package, which has arrays only.)</summary>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var error = new NativeError();
        fixed (byte* keyStart = key, valueStart = value)
            RocksNative.SstWriterPut(_pointer, keyStart, (nuint)key.Length, valueStart, (nuint)value.Length, &error.Text);

        error.ThrowIfSet();
    }

    /// <summary>Adds the deletion of a row; keys must come in ascending order.</summary>
    public void Delete(byte[] key)
    {
        var error = new NativeError();
        fixed (byte* keyStart = key)
            RocksNative.SstWriterDelete(_pointer, keyStart, (nuint)key.Length, &error.Text);

        error.ThrowIfSet();
    }

    /// <summary>Completes the file.</summary>
    public void Finish()
    {
        var error = new NativeError();
        RocksNative.SstWriterFinish(_pointer, &error.Text);
        error.ThrowIfSet();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pointer.Dispose();
        _ownEnv?.Dispose();
        _ownOptions?.Dispose();
    }
}
