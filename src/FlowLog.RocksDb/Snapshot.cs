namespace RocksDbSharp;

/// <summary>The database as it was at one moment. Thread-safe.</summary>
public sealed class Snapshot : IDisposable
{
    internal Snapshot(DbHandle db) => Pointer = new SnapshotPointer(db).Holding<SnapshotPointer>(RocksNative.CreateSnapshot(db), db);

    internal SnapshotPointer Pointer { get; }

    /// <inheritdoc/>
    public void Dispose() => Pointer.Dispose();
}
