namespace RocksDbSharp;

/// <summary>Makes openable copies of a database by hard links.</summary>
public sealed class Checkpoint : IDisposable
{
    private readonly CheckpointPointer _pointer;

    internal unsafe Checkpoint(DbHandle db)
    {
        var error = new NativeError();
        var pointer = RocksNative.CheckpointCreate(db, &error.Text);
        error.ThrowIfSet();
        _pointer = new CheckpointPointer().Holding<CheckpointPointer>(pointer, db);
    }

    /// <summary>Copies the database into a folder that does not exist yet.</summary>
    public unsafe void Save(string checkpointDir, ulong logSizeForFlush = 0)
    {
        var error = new NativeError();
        RocksNative.CheckpointSave(_pointer, checkpointDir, logSizeForFlush, &error.Text);
        error.ThrowIfSet();
    }

    /// <inheritdoc/>
    public void Dispose() => _pointer.Dispose();
}
