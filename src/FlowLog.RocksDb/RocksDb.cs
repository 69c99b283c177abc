using System.Runtime.InteropServices;

namespace RocksDbSharp;

/// <summary>
/// An open database. Reads and writes are thread-safe. Everything made from it (iterators, snapshots) keeps it open until disposed too.
/// </summary>
public sealed unsafe class RocksDb : IDisposable
{
    private readonly Dictionary<string, ColumnFamilyHandle> _families;
    private readonly ColumnFamilyHandle _default;
    private readonly ReadOptions _reads = new();
    private readonly WriteOptions _writes = new();

    private RocksDb(string path, DbHandle pointer, Dictionary<string, ColumnFamilyHandle> families)
    {
        Path = path;
        Pointer = pointer;
        _families = families;
        _default = families[ColumnFamilies.DefaultName];
    }

    /// <summary>Folder of the database.</summary>
    public string Path { get; }

    internal DbHandle Pointer { get; }

    /// <summary>Opens a database that has the default column family only.</summary>
    public static RocksDb Open(DbOptions options, string path)
    {
        // The default column family takes its options from those of the database.
        return DatabaseOpening.Open(options, path, [(ColumnFamilies.DefaultName, options)], (pointer, families) => new RocksDb(path, pointer, families));
    }

    /// <summary>Opens a database with its column families; all that exist must be named.</summary>
    public static RocksDb Open(DbOptions options, string path, ColumnFamilies columnFamilies)
    {
        var named = columnFamilies.Select(family => (family.Name, (OptionsHandle)family.Options)).ToList();
        return DatabaseOpening.Open(options, path, named, (pointer, families) => new RocksDb(path, pointer, families));
    }

    /// <summary>Names of the column families of a database that is not open; none when there is no database.</summary>
    public static bool TryListColumnFamilies(DbOptions options, string name, out string[] columnFamilies)
    {
        var error = new NativeError();
        nuint count = 0;
        var names = RocksNative.ListColumnFamilies(options.Pointer, name, &count, &error.Text);
        if (error.Text is not null)
        {
            RocksNative.Free(error.Text);
            columnFamilies = [];
            return false;
        }

        columnFamilies = new string[(int)count];
        for (var i = 0; i < columnFamilies.Length; i++)
            columnFamilies[i] = Marshal.PtrToStringUTF8((nint)names[i])!;

        RocksNative.ListColumnFamiliesDestroy(names, count);
        return true;
    }

    /// <summary>Value of a row, copied; null when there is none.</summary>
    public byte[]? Get(byte[] key, ColumnFamilyHandle? cf = null, ReadOptions? readOptions = null) => Get((ReadOnlySpan<byte>)key, cf, readOptions);

    /// <summary>Value of a row, copied; null when there is none.</summary>
    public byte[]? Get(ReadOnlySpan<byte> key, ColumnFamilyHandle? cf = null, ReadOptions? readOptions = null)
    {
        using var pinned = Pin(key, cf, readOptions);
        return pinned.Found ? pinned.Value.ToArray() : null;
    }

    /// <summary>Reads a row in place; default when there is none.</summary>
    public T? Get<T>(ReadOnlySpan<byte> key, ISpanDeserializer<T> deserializer, ColumnFamilyHandle? cf = null, ReadOptions? readOptions = null)
    {
        using var pinned = Pin(key, cf, readOptions);
        return pinned.Found ? deserializer.Deserialize(pinned.Value) : default;
    }

    /// <summary>Whether there is a row.</summary>
    public bool HasKey(ReadOnlySpan<byte> key, ColumnFamilyHandle? cf = null, ReadOptions? readOptions = null)
    {
        using var pinned = Pin(key, cf, readOptions);
        return pinned.Found;
    }

    /// <summary>Sets a row.</summary>
    public void Put(byte[] key, byte[] value, ColumnFamilyHandle? cf = null, WriteOptions? writeOptions = null) =>
        Put((ReadOnlySpan<byte>)key, value, cf, writeOptions);

    /// <summary>Sets a row.</summary>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ColumnFamilyHandle? cf = null, WriteOptions? writeOptions = null)
    {
        var error = new NativeError();
        fixed (byte* keyStart = key, valueStart = value)
        {
            RocksNative.PutCf(
                Pointer, (writeOptions ?? _writes).Pointer, (cf ?? _default).Pointer, keyStart, (nuint)key.Length, valueStart, (nuint)value.Length, &error.Text);
        }

        error.ThrowIfSet();
    }

    /// <summary>Deletes a row, if there is one.</summary>
    public void Remove(byte[] key, ColumnFamilyHandle? cf = null, WriteOptions? writeOptions = null) => Remove((ReadOnlySpan<byte>)key, cf, writeOptions);

    /// <summary>Deletes a row, if there is one.</summary>
    public void Remove(ReadOnlySpan<byte> key, ColumnFamilyHandle? cf = null, WriteOptions? writeOptions = null)
    {
        var error = new NativeError();
        fixed (byte* keyStart = key)
            RocksNative.DeleteCf(Pointer, (writeOptions ?? _writes).Pointer, (cf ?? _default).Pointer, keyStart, (nuint)key.Length, &error.Text);

        error.ThrowIfSet();
    }

    /// <summary>Applies a batch: all of it or, after a crash, nothing of it.</summary>
    public void Write(WriteBatch writeBatch, WriteOptions? writeOptions = null)
    {
        var error = new NativeError();
        RocksNative.Write(Pointer, (writeOptions ?? _writes).Pointer, writeBatch.Pointer, &error.Text);
        error.ThrowIfSet();
    }

    /// <summary>An iterator that stands on no row yet.</summary>
    public Iterator NewIterator(ColumnFamilyHandle? cf = null, ReadOptions? readOptions = null) => new(Pointer, readOptions ?? _reads, cf ?? _default);

    /// <summary>The state of this moment, to be read from later.</summary>
    public Snapshot CreateSnapshot() => new(Pointer);

    /// <summary>For copies of the database.</summary>
    public Checkpoint Checkpoint() => new(Pointer);

    /// <summary>Adds a column family.</summary>
    public ColumnFamilyHandle CreateColumnFamily(ColumnFamilyOptions cfOptions, string name)
    {
        var error = new NativeError();
        var pointer = RocksNative.CreateColumnFamily(Pointer, cfOptions.Pointer, name, &error.Text);
        error.ThrowIfSet();
        return _families[name] = new ColumnFamilyHandle(name, new ColumnFamilyPointer().Holding<ColumnFamilyPointer>(pointer, Pointer));
    }

    /// <summary>Deletes a column family and its rows.</summary>
    public void DropColumnFamily(string name)
    {
        var family = GetColumnFamily(name);
        var error = new NativeError();
        RocksNative.DropColumnFamily(Pointer, family.Pointer, &error.Text);
        error.ThrowIfSet();
        family.Pointer.Dispose();
        _families.Remove(name);
    }

    /// <summary>The column family that every database has.</summary>
    public ColumnFamilyHandle GetDefaultColumnFamily() => _default;

    /// <summary>A column family by name.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public ColumnFamilyHandle GetColumnFamily(string name) => _families[name];

    /// <summary>A column family by name, if there is one.</summary>
    public bool TryGetColumnFamily(string name, out ColumnFamilyHandle? handle) => _families.TryGetValue(name, out handle);

    /// <summary>One of RocksDB's properties ("rocksdb.estimate-num-keys"), or null.</summary>
    public string? GetProperty(string propertyName) => GetProperty(propertyName, _default);

    /// <summary>One of RocksDB's properties of a column family, or null.</summary>
    public string? GetProperty(string propertyName, ColumnFamilyHandle cf)
    {
        var text = RocksNative.PropertyValueCf(Pointer, cf.Pointer, propertyName);
        if (text is null)
            return null;

        var value = Marshal.PtrToStringUTF8((nint)text);
        RocksNative.Free(text);
        return value;
    }

    /// <summary>Takes sorted files into a column family; their rows win over those that are there.</summary>
    public void IngestExternalFiles(string[] files, IngestExternalFileOptions ingestOptions, ColumnFamilyHandle? cf = null)
    {
        var names = files.Select(Marshal.StringToCoTaskMemUTF8).ToArray();
        var error = new NativeError();
        try
        {
            fixed (nint* first = names)
                RocksNative.IngestExternalFileCf(Pointer, (cf ?? _default).Pointer, first, (nuint)names.Length, ingestOptions.Pointer, &error.Text);
        }
        finally
        {
            foreach (var name in names)
                Marshal.FreeCoTaskMem(name);
        }

        error.ThrowIfSet();
    }

    /// <summary>Compacts the rows between two keys; null is no bound.</summary>
    public void CompactRange(byte[]? start, byte[]? limit, ColumnFamilyHandle? cf = null)
    {
        fixed (byte* first = start, last = limit)
            RocksNative.CompactRangeCf(Pointer, (cf ?? _default).Pointer, first, (nuint)(start?.Length ?? 0), last, (nuint)(limit?.Length ?? 0));
    }

    /// <summary>Number of the newest write.</summary>
    public ulong GetLatestSequenceNumber() => RocksNative.GetLatestSequenceNumber(Pointer);

    /// <summary>Writes the memtable of the default column family to a file.</summary>
    public void Flush(FlushOptions flushOptions) => Flush(flushOptions, _default);

    /// <summary>Writes the memtable of a column family to a file. (Not in the package.)</summary>
    public void Flush(FlushOptions flushOptions, ColumnFamilyHandle cf)
    {
        var error = new NativeError();
        RocksNative.FlushCf(Pointer, flushOptions.Pointer, cf.Pointer, &error.Text);
        error.ThrowIfSet();
    }

    /// <summary>Closes the database; unflushed writes without write-ahead log are flushed first. Reading or writing afterwards throws.</summary>
    public void Dispose()
    {
        foreach (var family in _families.Values)
            family.Pointer.Dispose();

        _reads.Dispose();
        _writes.Dispose();
        Pointer.Dispose();
    }

    private PinnedValue Pin(ReadOnlySpan<byte> key, ColumnFamilyHandle? cf, ReadOptions? readOptions)
    {
        var error = new NativeError();
        nint slice;
        fixed (byte* keyStart = key)
            slice = RocksNative.GetPinnedCf(Pointer, (readOptions ?? _reads).Pointer, (cf ?? _default).Pointer, keyStart, (nuint)key.Length, &error.Text);

        error.ThrowIfSet();
        return new PinnedValue(slice);
    }

    private readonly ref struct PinnedValue(nint slice)
    {
        public bool Found => slice != 0;

        public ReadOnlySpan<byte> Value
        {
            get
            {
                nuint length;
                var start = RocksNative.PinnableSliceValue(slice, &length);
                return new ReadOnlySpan<byte>(start, checked((int)length));
            }
        }

        public void Dispose()
        {
            if (slice != 0)
                RocksNative.PinnableSliceDestroy(slice);
        }
    }
}
