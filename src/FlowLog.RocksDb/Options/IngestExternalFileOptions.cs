namespace RocksDbSharp;

/// <summary>How sorted files become part of a database.</summary>
public sealed class IngestExternalFileOptions : IDisposable
{
    internal IngestOptionsPointer Pointer { get; } = new IngestOptionsPointer().Holding<IngestOptionsPointer>(OptionsNative.IngestOptionsCreate());

    /// <summary>Moves the files instead of copying them; off by default.</summary>
    public IngestExternalFileOptions SetMoveFiles(bool moveFiles)
    {
        OptionsNative.SetMoveFiles(Pointer, OptionsHandle.Flag(moveFiles));
        return this;
    }

    /// <summary>Snapshots taken before do not see the new rows; on by default.</summary>
    public IngestExternalFileOptions SetSnapshotConsistency(bool snapshotConsistency)
    {
        OptionsNative.SetSnapshotConsistency(Pointer, OptionsHandle.Flag(snapshotConsistency));
        return this;
    }

    /// <summary>Allows files whose keys overlap those of the database; on by default.</summary>
    public IngestExternalFileOptions SetAllowGlobalSeqno(bool allow)
    {
        OptionsNative.SetAllowGlobalSeqno(Pointer, OptionsHandle.Flag(allow));
        return this;
    }

    /// <summary>Allows a flush of the memtable where its keys overlap the files; on by default.</summary>
    public IngestExternalFileOptions SetAllowBlockingFlush(bool allow)
    {
        OptionsNative.SetAllowBlockingFlush(Pointer, OptionsHandle.Flag(allow));
        return this;
    }

    /// <inheritdoc/>
    public void Dispose() => Pointer.Dispose();
}
