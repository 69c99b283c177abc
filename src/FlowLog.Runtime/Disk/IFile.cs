namespace FlowLog.Runtime.Disk;

/// <summary>
/// An open file. All access is positional and synchronous. Reads may run at any time from any thread; writes, length changes
/// and syncs are the owner's, who keeps them apart. Every failure is a <see cref="DiskException"/>; nothing is swallowed.
/// </summary>
public interface IFile : IDisposable
{
    /// <summary>The path it was opened with. A rename does not change it.</summary>
    string Path { get; }

    /// <summary>Current length in bytes, as the operating system reports it.</summary>
    long Length { get; }

    /// <summary>
    /// Reads until <paramref name="into"/> is full or the file ends, and returns the number of bytes read: fewer than asked means
    /// the end of the file was met, never an interrupted call.
    /// </summary>
    int Read(long position, Span<byte> into);

    /// <summary>
    /// Writes all of <paramref name="bytes"/>, extending the file where needed. After a failure any prefix of them may have
    /// been written: the caller truncates back to what it trusts before it writes again.
    /// </summary>
    void Write(long position, ReadOnlySpan<byte> bytes);

    /// <summary>Cuts the file or extends it with zeros.</summary>
    void SetLength(long length);

    /// <summary>
    /// Reserves room up to <paramref name="bytes"/> from the start without changing <see cref="Length"/>. Does nothing where
    /// the file system cannot; a full disk is an error here rather than later.
    /// </summary>
    void Preallocate(long bytes);

    /// <summary>Makes content and length survive a power cut (<c>fdatasync</c>). After a failure nothing since the last sync may be trusted.</summary>
    void SyncData();

    /// <summary>As <see cref="SyncData"/>, with all other attributes (<c>fsync</c>).</summary>
    void Sync();

    /// <summary>
    /// Keeps the descriptor open beyond <see cref="IDisposable.Dispose"/> until <see cref="Release"/>: an answer on its way
    /// to a slow client holds the file it is sent from. False when the file is closed already.
    /// </summary>
    bool TryHold();

    /// <summary>Ends one successful <see cref="TryHold"/>.</summary>
    void Release();
}
