using FlowLog.Runtime.Disk;
using FlowLog.Testing.Simulation.Disk;

namespace FlowLog.Broker.Tests.Log;

/// <summary>A disk that says what it is about to do, so that something else can happen in that very moment.</summary>
internal sealed class HookedDisk(IDisk disk) : IDisk
{
    private const int BadDescriptor = 9;

    private int _left = int.MaxValue;
    private string _dying = "";
    private long _bytesRead;
    private (DiskOperation Operation, string PathContains, int Skip, Action Action)? _hook;

    /// <summary>Does something once, right before an operation on a path that contains a text.</summary>
    public void Before(DiskOperation operation, string pathContains, Action action, int skip = 0) => _hook = (operation, pathContains, skip, action);

    /// <summary>Bytes that were asked for and came.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>
    /// Nothing works any more, on paths that contain a text, after so many operations on them that change something: the process was killed there, or the
    /// device died. Returns what was left of them.
    /// </summary>
    public int DieAfter(int operations, string pathContains = "")
    {
        _dying = pathContains;
        return Interlocked.Exchange(ref _left, operations);
    }

    public IFile Open(string path, FileOpening how)
    {
        if (how != FileOpening.ReadOnly && !disk.FileExists(path))
            Tell(DiskOperation.Open, path);

        return new HookedFile(this, disk.Open(path, how));
    }

    public bool FileExists(string path) => disk.FileExists(path);

    public bool DirectoryExists(string path) => disk.DirectoryExists(path);

    public IReadOnlyList<string> ListFiles(string directory) => disk.ListFiles(directory);

    public IReadOnlyList<string> ListDirectories(string directory) => disk.ListDirectories(directory);

    public void CreateDirectory(string path)
    {
        Tell(DiskOperation.CreateDirectory, path);
        disk.CreateDirectory(path);
    }

    public void Rename(string from, string to)
    {
        Tell(DiskOperation.Rename, from);
        disk.Rename(from, to);
    }

    public void DeleteFile(string path)
    {
        Tell(DiskOperation.Delete, path);
        disk.DeleteFile(path);
    }

    public void DeleteDirectory(string path)
    {
        Tell(DiskOperation.Delete, path);
        disk.DeleteDirectory(path);
    }

    public void SyncDirectory(string path)
    {
        Tell(DiskOperation.SyncDirectory, path);
        disk.SyncDirectory(path);
    }

    public long FreeBytes(string path) => disk.FreeBytes(path);

    public long TotalBytes(string path) => disk.TotalBytes(path);

    public IDisposable? TryLock(string path) => disk.TryLock(path);

    private void Tell(DiskOperation operation, string path)
    {
        if (path.Contains(_dying, StringComparison.Ordinal) && _left-- <= 0)
            throw new DiskException("go on", path, BadDescriptor);

        if (_hook is not { } hook || hook.Operation != operation || !path.Contains(hook.PathContains, StringComparison.Ordinal))
            return;

        _hook = hook.Skip == 0 ? null : hook with { Skip = hook.Skip - 1 };
        if (hook.Skip == 0)
            hook.Action();
    }

    private sealed class HookedFile(HookedDisk owner, IFile file) : IFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(long position, Span<byte> into)
        {
            var count = file.Read(position, into);
            Interlocked.Add(ref owner._bytesRead, count);
            return count;
        }

        public void Write(long position, ReadOnlySpan<byte> bytes)
        {
            owner.Tell(DiskOperation.Write, Path);
            file.Write(position, bytes);
        }

        public void SetLength(long length)
        {
            owner.Tell(DiskOperation.SetLength, Path);
            file.SetLength(length);
        }

        public void Preallocate(long bytes) => file.Preallocate(bytes);

        public void SyncData()
        {
            owner.Tell(DiskOperation.Sync, Path);
            file.SyncData();
        }

        public void Sync()
        {
            owner.Tell(DiskOperation.Sync, Path);
            file.Sync();
        }

        public bool TryHold() => file.TryHold();

        public void Release() => file.Release();

        public void Dispose() => file.Dispose();
    }
}
