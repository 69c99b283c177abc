using FlowLog.Runtime.Disk;

namespace FlowLog.Testing.Simulation.Disk;

/// <summary>One opening of a simulated file. A crash of any kind kills all of them.</summary>
internal sealed class SimulatedFile(SimulatedDisk disk, string path, FileNode node, bool writable) : IFile
{
    private const int BadDescriptor = 9;

    private int _holds;
    private bool _disposed;

    public string Path { get; } = path;

    /// <summary>The process that opened it is no more.</summary>
    public bool IsDead { get; set; }

    public long Length => disk.Exclusively(() =>
    {
        CheckUsable("measure");
        return node.Seen.Length;
    });

    public int Read(long position, Span<byte> into)
    {
        lock (disk.Gate)
        {
            CheckUsable("read");
            ArgumentOutOfRangeException.ThrowIfNegative(position);
            disk.MayFail(DiskOperation.Read, "read", Path);
            return node.Seen.Read(position, into);
        }
    }

    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        lock (disk.Gate)
        {
            CheckWritable("write");
            ArgumentOutOfRangeException.ThrowIfNegative(position);
            disk.MayCrash("write", Path);
            if (disk.ErrorFor(DiskOperation.Write, Path) is var errno and not 0)
            {
                node.Write(position, bytes[..(bytes.Length / 2)]);
                throw new DiskException("write", Path, errno);
            }

            var room = Math.Min(bytes.Length, disk.RoomFor(node, position, bytes.Length));
            node.Write(position, bytes[..(int)room]);
            if (room < bytes.Length)
                throw new DiskException("write", Path, DiskException.Full);
        }
    }

    public void SetLength(long length) => disk.Exclusively(() =>
    {
        CheckWritable("set the length of");
        disk.MayFail(DiskOperation.SetLength, "set the length of", Path);
        node.SetLength(length);
        return true;
    });

    public void Preallocate(long bytes) => disk.Exclusively(() =>
    {
        CheckWritable("reserve room for");
        disk.MayFail(DiskOperation.SetLength, "reserve room for", Path);
        if (bytes > node.Seen.Length && disk.RoomFor(node, node.Seen.Length, bytes - node.Seen.Length) < bytes - node.Seen.Length)
            throw new DiskException("reserve room for", Path, DiskException.Full);

        return true;
    });

    public void SyncData() => Sync();

    public void Sync() => disk.Exclusively(() =>
    {
        CheckUsable("sync");
        disk.MayCrash("sync", Path);
        disk.Elapse?.Invoke(disk.SyncTime);
        if (disk.ErrorFor(DiskOperation.Sync, Path) is var errno and not 0)
        {
            node.FailSync();
            throw new DiskException("sync", Path, errno);
        }

        node.Sync();
        disk.Syncs++;
        return true;
    });

    public bool TryHold() => disk.Exclusively(() =>
    {
        if (_disposed || IsDead)
            return false;

        _holds++;
        return true;
    });

    public void Release() => disk.Exclusively(() =>
    {
        if (_holds == 0)
            throw new InvalidOperationException($"'{Path}' was released more often than held.");

        return --_holds;
    });

    public void Dispose() => disk.Exclusively(() => _disposed = true);

    private void CheckUsable(string operation)
    {
        if (IsDead)
            throw new DiskException(operation, Path, BadDescriptor);

        ObjectDisposedException.ThrowIf(_disposed && _holds == 0, this);
    }

    private void CheckWritable(string operation)
    {
        CheckUsable(operation);
        if (!writable)
            throw new DiskException(operation, Path, BadDescriptor);
    }
}
