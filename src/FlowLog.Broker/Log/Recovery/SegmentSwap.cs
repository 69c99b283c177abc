using FlowLog.Broker.Log.Segments;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log.Recovery;

/// <summary>
/// Ends what a crash interrupted in a partition's folder: removed files go, what the cleaner had not finished writing goes, and what
/// it had finished takes the place of its originals.
/// </summary>
internal sealed class SegmentSwap(IDisk disk, string folder, long now)
{
    /// <summary>Tidies up and returns the names of the files that are left.</summary>
    public IReadOnlySet<string> Finish()
    {
        var names = disk.ListFiles(folder).ToHashSet(StringComparer.Ordinal);
        if (names.Any(IsTransient))
            FinishSwaps(names);

        DeleteOrphans(names);
        return names;
    }

    private void FinishSwaps(HashSet<string> names)
    {
        var firstUnfinished = names.Where(name => name.EndsWith(SegmentFileName.Cleaned, StringComparison.Ordinal))
            .Select(name => SegmentFileName.TryParseOffset(name, out var offset) ? offset : long.MaxValue)
            .DefaultIfEmpty(long.MaxValue)
            .Min();
        foreach (var name in names.Where(IsTransient).ToArray())
        {
            var isFinished = name.EndsWith(SegmentFileName.Swap, StringComparison.Ordinal)
                && SegmentFileName.TryParseOffset(name, out var offset) && offset < firstUnfinished;
            if (!isFinished)
                Delete(names, name);
        }

        foreach (var name in names.Order(StringComparer.Ordinal).ToArray())
        {
            if (SegmentFileName.TryParse(name, SegmentFileName.Log + SegmentFileName.Swap, out var baseOffset))
                TakePlace(names, baseOffset);
        }

        foreach (var orphan in names.Where(name => name.EndsWith(SegmentFileName.Swap, StringComparison.Ordinal)).ToArray())
            Delete(names, orphan);

        disk.SyncDirectory(folder);
    }

    /// <summary>Indexes whose batches are gone would be taken for those of a segment that begins at the same offset later.</summary>
    private void DeleteOrphans(HashSet<string> names)
    {
        foreach (var name in names.ToArray())
        {
            foreach (var kind in SegmentFileName.OfSegment.Skip(1))
            {
                if (SegmentFileName.TryParse(name, kind, out var offset) && !names.Contains(SegmentFileName.For(offset, SegmentFileName.Log)))
                    Delete(names, name);
            }
        }
    }

    private static bool IsTransient(string name) =>
        name.EndsWith(SegmentFileName.Deleted, StringComparison.Ordinal)
        || name.EndsWith(SegmentFileName.Cleaned, StringComparison.Ordinal)
        || name.EndsWith(SegmentFileName.Swap, StringComparison.Ordinal)
        || name.EndsWith(DiskExtensions.TemporarySuffix, StringComparison.Ordinal);

    private void TakePlace(HashSet<string> names, long baseOffset)
    {
        var end = EndOf(baseOffset);
        var originals = names
            .Select(name => SegmentFileName.TryParse(name, SegmentFileName.Log, out var offset) && offset >= baseOffset && offset < end ? offset : -1)
            .Where(offset => offset >= 0)
            .Order()
            .ToArray();

        // Oldest first: a tombstone must not go before what it hides. And the batches last: as long as they are there, so may be indexes of theirs.
        foreach (var original in originals)
        {
            foreach (var kind in SegmentFileName.OfSegment.Reverse())
                Delete(names, SegmentFileName.For(original, kind));
        }

        foreach (var kind in SegmentFileName.OfSegment.Reverse())
        {
            var final = SegmentFileName.For(baseOffset, kind);
            if (!names.Remove(final + SegmentFileName.Swap))
                continue;

            disk.Rename(Path.Combine(folder, final + SegmentFileName.Swap), Path.Combine(folder, final));
            names.Add(final);
        }
    }

    private long EndOf(long baseOffset)
    {
        using var segment = Segment.Existing(disk, folder, baseOffset, now, SegmentFileName.Swap);
        segment.TryLoadTail(int.MaxValue);
        return Math.Max(segment.NextOffset, baseOffset + 1);
    }

    private void Delete(HashSet<string> names, string name)
    {
        if (names.Remove(name))
            disk.DeleteFile(Path.Combine(folder, name));
    }
}
