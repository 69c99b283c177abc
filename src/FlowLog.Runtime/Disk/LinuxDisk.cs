using System.Runtime.InteropServices;

namespace FlowLog.Runtime.Disk;

/// <summary>
/// The file system of the machine through libc. .NET's own calls report a failed <c>fsync</c> as success and cannot sync a folder,
/// so whatever durability rests on is called directly; only questions that change nothing go through .NET.
/// </summary>
internal sealed class LinuxDisk : IDisk
{
    public IFile Open(string path, FileOpening how)
    {
        var flags = how switch
        {
            FileOpening.Existing => Libc.ReadWrite,
            FileOpening.ReadOnly => Libc.ReadOnly,
            FileOpening.New => Libc.ReadWrite | Libc.Create | Libc.Exclusive,
            FileOpening.ExistingOrNew => Libc.ReadWrite | Libc.Create,
            _ => throw new ArgumentOutOfRangeException(nameof(how), how, null),
        };
        return new LinuxFile(path, FileDescriptor.Open(path, flags));
    }

    public bool FileExists(string path) => File.Exists(path);

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public IReadOnlyList<string> ListFiles(string directory) => Names(directory, Directory.EnumerateFiles);

    public IReadOnlyList<string> ListDirectories(string directory) => Names(directory, Directory.EnumerateDirectories);

    public void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
            return;

        if (Path.GetDirectoryName(path) is { Length: > 0 } parent)
            CreateDirectory(parent);

        if (Libc.MakeDirectory(path, 0x1ED /* rwxr-xr-x */) != 0 && Marshal.GetLastPInvokeError() is var errno && !(errno == DiskException.Existing && Directory.Exists(path)))
            throw new DiskException("create folder", path, errno);
    }

    public void Rename(string from, string to)
    {
        if (Libc.Rename(from, to) != 0)
            throw new DiskException($"rename to '{to}'", from, Marshal.GetLastPInvokeError());
    }

    public void DeleteFile(string path)
    {
        if (Libc.Unlink(path) != 0 && Marshal.GetLastPInvokeError() is var errno && errno != DiskException.Missing)
            throw new DiskException("delete", path, errno);
    }

    public void DeleteDirectory(string path)
    {
        if (!Directory.Exists(path))
            return;

        foreach (var name in ListFiles(path))
            DeleteFile(Path.Combine(path, name));

        foreach (var name in ListDirectories(path))
            DeleteLinkOrDirectory(Path.Combine(path, name));

        if (Libc.RemoveDirectory(path) != 0 && Marshal.GetLastPInvokeError() is var errno && errno != DiskException.Missing)
            throw new DiskException("delete folder", path, errno);
    }

    public void SyncDirectory(string path)
    {
        using var directory = FileDescriptor.Open(path, Libc.ReadOnly);
        while (Libc.Sync(directory) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno != Libc.Interrupted)
                throw new DiskException("sync folder", path, errno);
        }
    }

    public long FreeBytes(string path) => Measure("measure the free space of", path, drive => drive.AvailableFreeSpace);

    public long TotalBytes(string path) => Measure("measure the size of the device of", path, drive => drive.TotalSize);

    private static long Measure(string operation, string path, Func<DriveInfo, long> measure)
    {
        try
        {
            return measure(new DriveInfo(Path.GetFullPath(path)));
        }
        catch (IOException failure)
        {
            throw Translated(operation, path, failure);
        }
    }

    public IDisposable? TryLock(string path)
    {
        // The lock belongs to this opening of the file, so a second try within the process is refused as well,
        // and the kernel drops it when the process dies in whatever way.
        var descriptor = FileDescriptor.Open(path, Libc.ReadWrite | Libc.Create);
        if (Libc.Lock(descriptor, Libc.LockExclusiveNow) == 0)
            return descriptor;

        var errno = Marshal.GetLastPInvokeError();
        descriptor.Dispose();
        return errno == Libc.WouldBlock ? null : throw new DiskException("lock", path, errno);
    }

    private static string[] Names(string directory, Func<string, IEnumerable<string>> list)
    {
        try
        {
            var names = list(directory).Select(path => Path.GetFileName(path)!).ToArray();
            Array.Sort(names, StringComparer.Ordinal);
            return names;
        }
        catch (IOException failure)
        {
            throw Translated("list", directory, failure);
        }
        catch (UnauthorizedAccessException refusal)
        {
            throw Translated("list", directory, refusal.InnerException ?? refusal);
        }
    }

    private void DeleteLinkOrDirectory(string path)
    {
        if (new DirectoryInfo(path).LinkTarget is null)
            DeleteDirectory(path);
        else
            DeleteFile(path);
    }

    private static DiskException Translated(string operation, string path, Exception failure) => new(operation, path, failure switch
    {
        DirectoryNotFoundException or DriveNotFoundException or FileNotFoundException => DiskException.Missing,
        { HResult: > 0 and < 4096 } => failure.HResult,
        _ => DiskException.InputOutput,
    });
}
