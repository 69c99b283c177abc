namespace FlowLog.Runtime.Disk;

/// <summary>
/// The file system. Synchronous and thread-safe. A created, renamed or deleted name survives a power cut only after
/// <see cref="SyncDirectory"/> of its folder. Every failure is a <see cref="DiskException"/>.
/// </summary>
public interface IDisk
{
    /// <summary>Opens a file. Fails with <see cref="DiskException.IsMissing"/> or <see cref="DiskException.IsExisting"/> when <paramref name="how"/> is not met.</summary>
    IFile Open(string path, FileOpening how);

    /// <summary>Whether a file (not a folder) of that name exists.</summary>
    bool FileExists(string path);

    /// <summary>Whether a folder of that name exists.</summary>
    bool DirectoryExists(string path);

    /// <summary>Names (not paths) of the files in a folder, in ordinal order.</summary>
    IReadOnlyList<string> ListFiles(string directory);

    /// <summary>Names (not paths) of the folders in a folder, in ordinal order.</summary>
    IReadOnlyList<string> ListDirectories(string directory);

    /// <summary>Creates a folder and those above it that are missing; content with an existing one.</summary>
    void CreateDirectory(string path);

    /// <summary>Renames a file or folder atomically; an existing file at <paramref name="to"/> is replaced.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file; content when there is none. Open files stay readable until they are closed.</summary>
    void DeleteFile(string path);

    /// <summary>Deletes a folder with all that it holds; content when there is none.</summary>
    void DeleteDirectory(string path);

    /// <summary>Makes the names in a folder survive a power cut (<c>fsync</c> of the folder).</summary>
    void SyncDirectory(string path);

    /// <summary>Bytes that this process may still write to the file system of <paramref name="path"/>.</summary>
    long FreeBytes(string path);

    /// <summary>The size in bytes of the device that holds <paramref name="path"/>, which exists.</summary>
    long TotalBytes(string path);

    /// <summary>
    /// Takes an exclusive lock on the file <paramref name="path"/> (created when missing) for as long as the result is not
    /// disposed and the process lives. Null when somebody else, in this or another process, holds it.
    /// </summary>
    IDisposable? TryLock(string path);
}
