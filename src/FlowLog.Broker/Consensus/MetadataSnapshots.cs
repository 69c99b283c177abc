using FlowLog.Broker.Log;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Records;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Consensus;

/// <summary>
/// The snapshots in the folder of the metadata log: takes one when enough is new, drops old ones, and cuts off the log that none of those left needs.
/// Thread-safe.
/// </summary>
internal sealed class MetadataSnapshots(PartitionLog log, IDisk disk, string folder, SnapshotOptions options)
{
    private readonly Lock _gate = new();
    private long _sizeAtLast = -1;
    private long _lastAt = -1;
    private long _lastEnd;

    /// <summary>Up to where a snapshot that can be read stands for the metadata log of a folder; 0 when there is none.</summary>
    public static long EndOfNewest(IDisk disk, string folder) => Newest(disk, folder)?.Id.EndOffset ?? 0;

    /// <summary>The newest snapshot that can be read, null when there is none. What a crash left unfinished is deleted.</summary>
    /// <exception cref="DataFolderException">The log does not begin at its beginning, and no snapshot stands for what is missing.</exception>
    public MetadataSnapshot? LoadNewest()
    {
        lock (_gate)
        {
            foreach (var unfinished in disk.ListFiles(folder).Where(MetadataSnapshotFile.IsUnfinished))
                disk.DeleteFile(Path.Combine(folder, unfinished));

            var newest = Newest(disk, folder);
            if (log.LogStartOffset > (newest?.Id.EndOffset ?? 0))
            {
                throw new DataFolderException(
                    $"The metadata log in '{folder}' starts at offset {log.LogStartOffset}, and no snapshot that can be read stands for what came before. Restore the folder from a backup.");
            }

            _lastEnd = newest?.Id.EndOffset ?? 0;
            return newest;
        }
    }

    /// <summary>Takes a snapshot when it is time for one. Returns whether it did.</summary>
    /// <param name="endOffset">The offset behind the last record in the metadata; all of it is committed.</param>
    /// <param name="epoch">The epoch of that record.</param>
    /// <param name="records">Lists the metadata; asked only when a snapshot is taken.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    public bool TakeWhenDue(long endOffset, int epoch, Func<IEnumerable<IMetadataRecord>> records, long now)
    {
        lock (_gate)
        {
            if (_sizeAtLast < 0)
                (_sizeAtLast, _lastAt) = (_lastEnd > 0 ? log.SizeInBytes : 0, now);

            var isDue = log.SizeInBytes - _sizeAtLast >= options.MostBytesBetween || (options.IntervalMs > 0 && now - _lastAt >= options.IntervalMs);
            if (!isDue || endOffset <= _lastEnd)
                return false;

            MetadataSnapshotFile.Write(disk, folder, new SnapshotId(endOffset, epoch), records(), TimestampOf(endOffset - 1) ?? now);
            _lastEnd = endOffset;
            DropOld(now);
            (_sizeAtLast, _lastAt) = (log.SizeInBytes, now);
            return true;
        }
    }

    private static MetadataSnapshot? Newest(IDisk disk, string folder) =>
        Found(disk, folder).Reverse().Select(id => MetadataSnapshotFile.Read(disk, folder, id)).FirstOrDefault(read => read is not null);

    // Oldest first.
    private static SnapshotId[] Found(IDisk disk, string folder) =>
        [.. disk.ListFiles(folder).Select(name => MetadataSnapshotFile.TryParse(name, out var id) ? id : (SnapshotId?)null).OfType<SnapshotId>().OrderBy(id => id.EndOffset)];

    /// <summary>Snapshots that are too old or too much go, never the newest; the log before the oldest that is left goes with them.</summary>
    private void DropOld(long now)
    {
        var ids = Found(disk, folder);
        for (var index = 0; index + 1 < ids.Length && (IsTooMuch(ids[index..]) || IsTooOld(ids[index], now)); index++)
        {
            log.IncreaseLogStart(Math.Min(ids[index + 1].EndOffset, log.LogEndOffset));
            log.DeleteOldSegments(now, log.HighWatermark);
            disk.DeleteFile(Path.Combine(folder, MetadataSnapshotFile.NameOf(ids[index])));
        }
    }

    private bool IsTooMuch(SnapshotId[] kept) => options.RetentionBytes >= 0 && log.SizeInBytes + kept.Sum(SizeOf) > options.RetentionBytes;

    private bool IsTooOld(SnapshotId id, long now) =>
        options.RetentionMs >= 0 && (MetadataSnapshotFile.Read(disk, folder, id) is not { } snapshot || snapshot.Timestamp < now - options.RetentionMs);

    private long SizeOf(SnapshotId id)
    {
        using var file = disk.Open(Path.Combine(folder, MetadataSnapshotFile.NameOf(id)), FileOpening.ReadOnly);
        return file.Length;
    }

    private long? TimestampOf(long offset)
    {
        var outcome = log.Read(offset, maxBytes: 1, log.LogEndOffset, atLeastOneBatch: true);
        if (outcome.Error != ErrorCode.None || outcome.Region is not { } region)
            return null;

        var bytes = new byte[region.Length];
        region.CopyTo(bytes);
        return BatchHeader.TryRead(bytes, out var header) ? header.MaxTimestamp : null;
    }
}
