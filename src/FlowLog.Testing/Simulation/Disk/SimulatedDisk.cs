using FlowLog.Runtime.Disk;

namespace FlowLog.Testing.Simulation.Disk;

/// <summary>
/// A disk in memory that forgets what a real one may forget. <see cref="CutPower"/> keeps what was synced; of everything else (writes, lengths,
/// new, renamed and deleted names) it keeps what the seed decides, torn and out of order. Errors can be injected, the device can be full.
/// Thread-safe. Paths are compared as text after normalising; "/" is the root and the current folder at once.
/// </summary>
/// <param name="seed">Decides what survives power cuts.</param>
public sealed class SimulatedDisk(int seed) : IDisk
{
    private const int BadDescriptor = 9;
    private const int NotADirectory = 20;
    private const int IsADirectory = 21;
    private const int NotEmpty = 39;

    private readonly Random _random = new(seed);
    private readonly List<NameChange> _unsynced = [];
    private readonly List<InjectedError> _errors = [];
    private readonly List<WeakReference<SimulatedFile>> _open = [];
    private readonly Dictionary<string, HeldLock> _locks = new(StringComparer.Ordinal);
    private readonly DirectoryNode _root = new();
    private Action? _crash;
    private int _operationsLeft;

    /// <summary>Size of the device in bytes; beyond it writes fail with ENOSPC after as many bytes as fit. Unlimited by default.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>How long each sync of a file takes, in which the whole world stands still; nothing by default.</summary>
    public TimeSpan SyncTime { get; set; }

    /// <summary>How many syncs of files have succeeded.</summary>
    public long Syncs { get; internal set; }

    internal Lock Gate { get; } = new();

    /// <summary>Lets time pass for <see cref="SyncTime"/>.</summary>
    internal Action<TimeSpan>? Elapse { get; init; }

    /// <summary>A crash has interrupted somebody who uses it: until the next process starts nothing works, so that the dying one cannot write on.</summary>
    internal bool IsGone { get; set; }

    /// <summary>
    /// Makes the next <paramref name="times"/> operations of that kind on paths that contain <paramref name="pathContains"/> fail,
    /// after <paramref name="skip"/> that succeed.
    /// </summary>
    public void FailNext(DiskOperation operation, int errno = DiskException.InputOutput, string pathContains = "", int times = 1, int skip = 0) =>
        Exclusively(() =>
        {
            _errors.Add(new InjectedError(operation, errno, pathContains) { Times = times, Skip = skip });
            return true;
        });

    /// <summary>Withdraws all injected errors.</summary>
    public void HealErrors() => Exclusively(() =>
    {
        _errors.Clear();
        return true;
    });

    /// <summary>The power goes and comes back: open files and locks are gone, and so is what was not synced and did not make it by luck.</summary>
    public void CutPower() => Exclusively(() =>
    {
        KillOpenFiles();
        var kept = _random.Next(3) switch { 0 => 0, 1 => _unsynced.Count, _ => _random.Next(_unsynced.Count + 1) };
        foreach (var change in _unsynced.Take(kept))
            change.ApplyToDurable();

        _unsynced.Clear();
        Revert(_root);
        return true;
    });

    /// <summary>The process dies (<c>kill -9</c>): open files and locks are gone, everything written is still there.</summary>
    public void KillProcess() => Exclusively(() =>
    {
        KillOpenFiles();
        return true;
    });

    /// <summary>Calls <paramref name="crash"/> instead of the operation that follows the next few, which fails.</summary>
    internal void CrashAfter(int operations, Action? crash) => (_operationsLeft, _crash) = (operations, crash);

    /// <summary>Flips one bit of a file, for good: bit rot.</summary>
    public void FlipBit(string path, long position, int bit = 0) => Exclusively(() =>
    {
        Existing<FileNode>("open", path).FlipBit(position, bit);
        return true;
    });

    /// <inheritdoc/>
    public IFile Open(string path, FileOpening how) => Exclusively<IFile>(() =>
    {
        MayFail(DiskOperation.Open, "open", path);
        var (directory, name) = Parent("open", path);
        directory.Seen.TryGetValue(name, out var node);
        switch (node)
        {
            case DirectoryNode:
                throw new DiskException("open", path, IsADirectory);
            case FileNode when how == FileOpening.New:
                throw new DiskException("open", path, DiskException.Existing);
            case null when how is FileOpening.Existing or FileOpening.ReadOnly:
                throw new DiskException("open", path, DiskException.Missing);
            case null:
                Change(null, (directory, name), node = new FileNode());
                break;
        }

        var file = new SimulatedFile(this, path, (FileNode)node, writable: how != FileOpening.ReadOnly);
        _open.Add(new WeakReference<SimulatedFile>(file));
        return file;
    });

    /// <inheritdoc/>
    public bool FileExists(string path) => Exclusively(() => Find(path) is FileNode);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => Exclusively(() => Find(path) is DirectoryNode);

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) => Exclusively(() => Names<FileNode>(directory));

    /// <inheritdoc/>
    public IReadOnlyList<string> ListDirectories(string directory) => Exclusively(() => Names<DirectoryNode>(directory));

    /// <inheritdoc/>
    public void CreateDirectory(string path) => Exclusively(() =>
    {
        MayFail(DiskOperation.CreateDirectory, "create folder", path);
        var current = _root;
        foreach (var name in Parts(path))
        {
            if (!current.Seen.TryGetValue(name, out var next))
                Change(null, (current, name), next = new DirectoryNode());

            current = next as DirectoryNode ?? throw new DiskException("create folder", path, DiskException.Existing);
        }

        return true;
    });

    /// <inheritdoc/>
    public void Rename(string from, string to) => Exclusively(() =>
    {
        var operation = $"rename to '{to}'";
        MayFail(DiskOperation.Rename, operation, from);
        var node = Existing<DiskNode>(operation, from);
        var target = Parent(operation, to);
        switch (target.Directory.Seen.GetValueOrDefault(target.Name))
        {
            case var same when same == node:
                return false;
            case FileNode when node is DirectoryNode:
                throw new DiskException(operation, from, NotADirectory);
            case DirectoryNode when node is FileNode:
                throw new DiskException(operation, from, IsADirectory);
            case DirectoryNode { Seen.Count: > 0 }:
                throw new DiskException(operation, from, NotEmpty);
        }

        Change(Parent(operation, from), target, node);
        return true;
    });

    /// <inheritdoc/>
    public void DeleteFile(string path) => Exclusively(() =>
    {
        MayFail(DiskOperation.Delete, "delete", path);
        switch (Find(path))
        {
            case FileNode file:
                Change(Parent("delete", path), null, file);
                break;
            case DirectoryNode:
                throw new DiskException("delete", path, IsADirectory);
        }

        return true;
    });

    /// <inheritdoc/>
    public void DeleteDirectory(string path) => Exclusively(() =>
    {
        MayFail(DiskOperation.Delete, "delete folder", path);
        if (Find(path) is DirectoryNode directory)
        {
            DeleteContent(directory);
            Change(Parent("delete folder", path), null, directory);
        }

        return true;
    });

    /// <inheritdoc/>
    public void SyncDirectory(string path) => Exclusively(() =>
    {
        var directory = Existing<DirectoryNode>("sync folder", path);
        MayFail(DiskOperation.SyncDirectory, "sync folder", path);
        foreach (var change in _unsynced.Where(change => change.Touches(directory)))
            change.ApplyToDurable();

        _unsynced.RemoveAll(change => change.Touches(directory));
        return true;
    });

    /// <inheritdoc/>
    public long FreeBytes(string path) => Exclusively(() =>
    {
        Existing<DiskNode>("measure the free space of", path);
        return Math.Max(0, Capacity - Used(_root));
    });

    /// <inheritdoc/>
    public long TotalBytes(string path) => Exclusively(() =>
    {
        Existing<DiskNode>("measure the size of the device of", path);
        return Capacity;
    });

    /// <inheritdoc/>
    public IDisposable? TryLock(string path)
    {
        using var file = Open(path, FileOpening.ExistingOrNew);
        var key = string.Join('/', Parts(path));
        var held = new HeldLock(this, key);
        return Exclusively(() => _locks.TryAdd(key, held)) ? held : null;
    }

    internal T Exclusively<T>(Func<T> action)
    {
        lock (Gate)
            return action();
    }

    /// <summary>Called with each operation, before it does anything.</summary>
    internal void MayCrash(string verb, string path)
    {
        if (_crash is { } crash && _operationsLeft-- == 0)
        {
            IsGone = true;
            crash();
        }

        if (IsGone)
            throw new DiskException(verb, path, BadDescriptor);
    }

    internal void MayFail(DiskOperation operation, string verb, string path)
    {
        MayCrash(verb, path);
        if (ErrorFor(operation, path) is var errno and not 0)
            throw new DiskException(verb, path, errno);
    }

    /// <summary>The injected error for this call, 0 when there is none.</summary>
    internal int ErrorFor(DiskOperation operation, string path)
    {
        foreach (var error in _errors)
        {
            if (error.Operation != operation || error.Times == 0 || !path.Contains(error.PathContains, StringComparison.Ordinal))
                continue;

            if (error.Skip > 0)
            {
                error.Skip--;
                continue;
            }

            error.Times--;
            return error.Errno;
        }

        return 0;
    }

    /// <summary>How many of <paramref name="bytes"/> still fit when written at a position.</summary>
    internal long RoomFor(FileNode file, long position, long bytes)
    {
        if (Capacity == long.MaxValue)
            return bytes;

        var inside = Math.Clamp(file.Seen.Length - position, 0, bytes);
        return Math.Min(bytes, inside + Math.Max(0, Capacity - Used(_root)));
    }

    private static long Used(DirectoryNode directory) => directory.Seen.Values.Sum(node => node switch
    {
        FileNode file => file.Seen.Length,
        DirectoryNode below => Used(below),
        _ => 0,
    });

    private static string[] Parts(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();

    private DiskNode? Find(string path)
    {
        DiskNode? node = _root;
        foreach (var name in Parts(path))
        {
            if (node is not DirectoryNode directory || !directory.Seen.TryGetValue(name, out node))
                return null;
        }

        return node;
    }

    private T Existing<T>(string operation, string path)
        where T : DiskNode => Find(path) switch
        {
            null => throw new DiskException(operation, path, DiskException.Missing),
            T node => node,
            _ => throw new DiskException(operation, path, NotADirectory),
        };

    private (DirectoryNode Directory, string Name) Parent(string operation, string path)
    {
        var parts = Parts(path);
        if (parts.Length == 0)
            throw new DiskException(operation, path, IsADirectory);

        return (Existing<DirectoryNode>(operation, string.Join('/', parts[..^1])), parts[^1]);
    }

    private string[] Names<T>(string path)
        where T : DiskNode => Existing<DirectoryNode>("list", path).Seen.Where(entry => entry.Value is T).Select(entry => entry.Key).ToArray();

    private void Change((DirectoryNode Directory, string Name)? removed, (DirectoryNode Directory, string Name)? added, DiskNode node)
    {
        if (removed is var (from, old))
            from.Seen.Remove(old);

        if (added is var (to, name))
            to.Seen[name] = node;

        _unsynced.Add(new NameChange(removed, added, node));
    }

    private void DeleteContent(DirectoryNode directory)
    {
        foreach (var (name, node) in directory.Seen.ToArray())
        {
            if (node is DirectoryNode below)
                DeleteContent(below);

            Change((directory, name), null, node);
        }
    }

    private void KillOpenFiles()
    {
        foreach (var reference in _open)
        {
            if (reference.TryGetTarget(out var file))
                file.IsDead = true;
        }

        _open.Clear();
        _locks.Clear();
    }

    private void Revert(DirectoryNode directory)
    {
        directory.Seen.Clear();
        foreach (var (name, node) in directory.Durable)
        {
            directory.Seen.Add(name, node);
            if (node is FileNode file)
                file.CutPower(_random);
            else
                Revert((DirectoryNode)node);
        }
    }

    private sealed record InjectedError(DiskOperation Operation, int Errno, string PathContains)
    {
        public int Times { get; set; }

        public int Skip { get; set; }
    }

    private sealed class HeldLock(SimulatedDisk disk, string key) : IDisposable
    {
        // After a crash somebody else may hold the lock by now: only one's own is given back.
        public void Dispose() => disk.Exclusively(() => disk._locks.GetValueOrDefault(key) == this && disk._locks.Remove(key));
    }
}
