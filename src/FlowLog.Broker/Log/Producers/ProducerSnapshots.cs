using FlowLog.Broker.Log.Segments;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log.Producers;

/// <summary>When the producers of a log are written down: at each roll, at the end, and when the last snapshot lies far back.</summary>
internal sealed class ProducerSnapshots(IDisk disk, string folder, long newest)
{
    private const long FarBack = 32 * 1024 * 1024;

    private long _newest = newest;
    private long _bytesBehind;

    /// <summary>Whether so much was appended since the last snapshot that a start after a crash would read long.</summary>
    public bool AreFarBack => _bytesBehind >= FarBack;

    /// <summary>The offset of the newest; 0 when there is none.</summary>
    public long Newest => _newest;

    /// <summary>Batches were appended.</summary>
    public void Appended(int bytes) => _bytesBehind += bytes;

    /// <summary>The log was cut, and the newest snapshot that is left is of another offset.</summary>
    public void ResumeAt(long newest) => _newest = newest;

    /// <summary>Writes the producers as of the end, unless there is a snapshot of it.</summary>
    public void Write(long end, ProducerStates producers, ReadOnlySpan<Segment> segments)
    {
        if (end <= _newest)
            return;

        // Recovery starts from the snapshot, and would not find the aborted transactions before it again.
        foreach (var segment in segments)
            segment.SyncAborted();

        ProducerSnapshotFile.Write(disk, folder, end, producers.All);
        _newest = end;
        _bytesBehind = 0;
    }

    /// <summary>Makes the snapshot at an offset survive a power cut; false when there is none any more.</summary>
    public bool TrySync(long offset)
    {
        try
        {
            if (!ProducerSnapshotFile.TrySync(disk, folder, offset))
                return false;
        }
        catch (DiskException)
        {
            // A sync that failed may have dropped what it could not write, and succeed the next time: another is written then.
            _newest = 0;
            throw;
        }

        disk.SyncDirectory(folder);
        return true;
    }
}
