using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log.Segments;

/// <summary>
/// Learns the end of a segment from its file: quickly after a clean stop or a cut, batch by batch with checksums after a crash. What the
/// indexes miss it adds, and what they say about batches that are not there it removes. Runs under the segment's gate.
/// </summary>
internal sealed class SegmentRecovery(IFile file, long baseOffset, SegmentIndexes indexes, SegmentTail tail, int indexInterval)
{
    /// <summary>Large enough for a walk over many small batches, small enough to pass over what large ones hold.</summary>
    private const int HeadersBlock = 64 * 1024;

    /// <summary>What is read has to be in the processor's cache still when its checksum is computed.</summary>
    private const int ChecksumsBlock = 256 * 1024;

    /// <summary>Goes on from the last index entry, without checksums. False when the file does not look as a clean stop leaves it.</summary>
    public bool TryLoadTail(long length)
    {
        var lastEntry = indexes.Offsets.Length - 1;
        if (length > int.MaxValue || lastEntry != indexes.LastBelow(long.MaxValue, length))
            return false;

        ResumeAt(lastEntry, keepLaterTimes: true);
        return Replay(length, BatchScanner.LookUpBlock, withChecksums: false);
    }

    /// <summary>
    /// Builds the indexes anew from the headers, checks the checksum of every batch behind <paramref name="trustedOffset"/>, and ends at the first
    /// byte that is not part of a whole and sound batch.
    /// </summary>
    /// <remarks>
    /// Batches below the trusted offset are on the device; entries about them need not be, and a power cut tears any of them, not only the last,
    /// or brings one back from before a cut. To look up what each entry says costs as many reads as to walk over the headers.
    /// </remarks>
    public void Recover(long trustedOffset, long length, BatchFound? found)
    {
        CutIndexesBehind(-1);
        Replay(length, HeadersBlock, withChecksums: false, trustedOffset, found);
        Replay(length, ChecksumsBlock, withChecksums: true, found: found);
    }

    /// <summary>The file ends at <paramref name="end"/> now, which is where the batches below an offset end.</summary>
    public void CutAt(long offset, int end)
    {
        CutIndexesBehind(indexes.LastBelow(offset, end));
        file.SetLength(end);
        Replay(end, BatchScanner.LookUpBlock, withChecksums: false);
    }

    private void CutIndexesBehind(int indexEntry)
    {
        indexes.CutBehind(indexEntry);
        ResumeAt(indexEntry, keepLaterTimes: false);
    }

    private void ResumeAt(int indexEntry, bool keepLaterTimes)
    {
        var times = indexes.Times;
        tail.ResumeAt(indexEntry);
        tail.Largest = times.IsEmpty || (indexEntry < 0 && !keepLaterTimes) ? SegmentTail.NoTimestamps : times[^1];
        FindLargerTimestamps();
    }

    /// <summary>
    /// The time index may have lost more than the offset index: what lies between its last entry and the place where all goes on is looked at. Where
    /// timestamps rise that is nothing.
    /// </summary>
    private void FindLargerTimestamps()
    {
        var from = tail.Largest.Timestamp < 0 ? 0 : indexes.PositionFor(baseOffset + tail.Largest.RelativeOffset);
        using var batches = new BatchScanner(file, from, tail.Size, BatchScanner.LookUpBlock);
        while (batches.MoveNext())
        {
            if (batches.Header.MaxTimestamp > tail.Largest.Timestamp)
                tail.Largest = new TimeEntry(batches.Header.MaxTimestamp, (int)(batches.Header.LastOffset - baseOffset));
        }
    }

    /// <summary>Registers the batches that follow and end below an offset; false when they stop being whole and sound before the limit.</summary>
    private bool Replay(long limit, int block, bool withChecksums, long belowOffset = long.MaxValue, BatchFound? found = null)
    {
        if (tail.Size > 0)
            tail.FirstTimestamp ??= SegmentLookup.TimestampOfFirstBatch(file, tail.Size);

        using var batches = new BatchScanner(file, tail.Size, limit, block);
        for (var lastEpoch = -1; batches.MoveNext();)
        {
            var header = batches.Header;
            if (header.LastOffset >= belowOffset)
                break;

            if (!IsSound(header, lastEpoch) || (withChecksums && !RecordBatch.HasValidCrc(batches.Batch())))
                return false;

            tail.Add(header, indexInterval);
            found?.Invoke(header, header.IsControl ? batches.Batch() : default);
            lastEpoch = header.LeaderEpoch;
        }

        return tail.Size == limit;
    }

    private bool IsSound(in BatchHeader header, int lastEpoch) =>
        header.BaseOffset >= tail.NextOffset
        && header.LastOffset - baseOffset <= int.MaxValue
        && header.LeaderEpoch >= lastEpoch
        && header.TotalSize <= int.MaxValue - tail.Size;
}
