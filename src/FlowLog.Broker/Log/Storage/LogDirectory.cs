using FlowLog.Runtime.Disk;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Log.Storage;

/// <summary>
/// One configured log directory: whether it can still be trusted, and whether there is room. After a failed sync or an I/O error
/// nothing in it is acknowledged any more (LOG-9): the kernel may have dropped what it could not write.
/// </summary>
internal sealed class LogDirectory(IDisk disk, string path, Guid id, long minFreeBytes, ILogger log)
{
    /// <summary>The fewest and the most bytes between two questions to the file system.</summary>
    private const long SmallestAllowance = 1024 * 1024;
    private const long LargestAllowance = 64 * 1024 * 1024;

    private readonly Lock _gate = new();
    private long _allowance;
    private bool _isNearlyFull;
    private readonly Lock _namesGate = new();
    private int _namesChanged = 1; // whoever ran before may have been killed before it synced them
    private int _namesSynced;

    /// <summary>Raised once, when the directory goes offline. The handler must not block.</summary>
    public event Action<LogDirectory>? WentOffline;

    /// <summary>Where it is.</summary>
    public string Path { get; } = path;

    /// <summary>Its directory id.</summary>
    public Guid Id { get; } = id;

    /// <summary>Whether it failed. Only a restart brings it back.</summary>
    public bool IsOffline { get; private set; }

    /// <summary>Bytes that are left on the device.</summary>
    public long FreeBytes => disk.FreeBytes(Path);

    /// <summary>An operation failed in a way after which nothing may be trusted.</summary>
    public void Fail(Exception why)
    {
        lock (_gate)
        {
            if (IsOffline)
                return;

            IsOffline = true;
        }

        log.DirectoryWentOffline(Path, why.Message, why);
        WentOffline?.Invoke(this);
    }

    /// <summary>Does something of which half cannot be taken back: when the disk fails in it, the next start must sort it out.</summary>
    public void FailUnless(Action done)
    {
        try
        {
            done();
        }
        catch (DiskException failure)
        {
            Fail(failure);
        }
    }

    /// <summary>
    /// Does something that a later try does as well: when the device is full nothing is lost by waiting. Any other failure takes the directory offline.
    /// Returns whether it was done.
    /// </summary>
    public bool TryUnlessFull(Action done)
    {
        try
        {
            done();
            return true;
        }
        catch (DiskException failure) when (failure.IsFull)
        {
            log.PutOffUntilThereIsRoom(Path, failure.Message);
        }
        catch (DiskException failure)
        {
            Fail(failure);
        }

        return false;
    }

    /// <summary>
    /// Whether a client may append so many bytes: a device with less than the floor free refuses writes before reads, deletes and
    /// the metadata log suffer.
    /// </summary>
    public bool HasRoomFor(int bytes) => Interlocked.Add(ref _allowance, -bytes) >= 0 || MeasureRoom(bytes);

    /// <summary>A folder was made, renamed or removed in it.</summary>
    public void NamesChanged() => Interlocked.Increment(ref _namesChanged);

    /// <summary>Makes changed names survive a power cut. Who comes while another does it waits until it is done: before, nothing is certain.</summary>
    public void SyncNames()
    {
        lock (_namesGate)
        {
            var changed = Volatile.Read(ref _namesChanged);
            if (changed == _namesSynced)
                return;

            disk.SyncDirectory(Path);
            _namesSynced = changed;
        }
    }

    private bool MeasureRoom(int bytes)
    {
        lock (_gate)
        {
            var room = disk.FreeBytes(Path) - minFreeBytes - bytes;
            if (room < 0 != _isNearlyFull)
            {
                _isNearlyFull = room < 0;
                if (_isNearlyFull)
                    log.DirectoryIsNearlyFull(Path, minFreeBytes);
                else
                    log.DirectoryHasRoomAgain(Path);
            }

            // Asked again long before the room can be used up, also by others.
            Interlocked.Exchange(ref _allowance, room <= 0 ? 0 : Math.Clamp(room / 8, SmallestAllowance, LargestAllowance));
            return room >= 0;
        }
    }
}
