using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log.Segments;

/// <summary>
/// Learns the end of a segment from its file: quickly after a clean stop or a cut, batch by batch with checksums after a crash. What the
/// indexes miss it adds, and what they say about batches that are not there it removes. Runs under the segment's gate.
/// </summary>
internal sealed class SegmentRecovery(IFile file, long baseOffset, SegmentIndexes indexes, SegmentTail tail, int indexInterval)
{
    /// <summary>Goes on from the last index entry, without checksums. False when the file does not look as a clean stop leaves it.</summary>
    public bool TryLoadTail(long length)
    {
        var lastEntry = indexes.Offsets.Length - 1;
        if (length > int.MaxValue || lastEntry != indexes.LastBelow(long.MaxValue, length))
            return false;

        ResumeAt(lastEntry, keepLaterTimes: true);
        return Replay(length, withChecksums: false);
    }

    /// <summary>
    /// Checks every batch behind <paramref name="trustedOffset"/> (all of them when the indexes do not fit) and ends at the first byte that
    /// is not part of a whole and sound batch.
    /// </summary>
    public void Recover(long trustedOffset, long length)
    {
        var entry = LastTrueEntry(indexes.LastBelow(trustedOffset, length));
        var entryPosition = entry < 0 ? -1 : indexes.Offsets[entry].Position;
        CutIndexesBehind(entry);
        Replay(length, withChecksums: true);
        if (tail.Size <= entryPosition)
        {
            // The index led to something that is no batch: it is not to be believed at all.
            CutIndexesBehind(-1);
            Replay(length, withChecksums: true);
        }
    }

    /// <summary>The file ends at <paramref name="end"/> now, which is where the batches below an offset end.</summary>
    public void CutAt(long offset, int end)
    {
        CutIndexesBehind(indexes.LastBelow(offset, end));
        file.SetLength(end);
        Replay(end, withChecksums: false);
    }

    // Batches below the trusted offset are on the device; entries about them need not be, and a power cut tears any of them, not only the last.
    private int LastTrueEntry(int last)
    {
        for (var index = 0; index <= last; index++)
        {
            if (!IsTrue(indexes.Offsets[index]))
                return index - 1;
        }

        return last;
    }

    private bool IsTrue(OffsetEntry entry)
    {
        Span<byte> bytes = stackalloc byte[RecordBatch.HeaderSize];
        return file.Read(entry.Position, bytes) == bytes.Length
            && BatchHeader.TryRead(bytes, out var header)
            && header.LastOffset == baseOffset + entry.RelativeOffset;
    }

    private bool IsTrue(TimeEntry entry)
    {
        var offset = baseOffset + entry.RelativeOffset;
        using var batches = new BatchScanner(file, indexes.PositionFor(offset), file.Length, BatchScanner.LookUpBlock);
        while (batches.MoveNext() && batches.Header.LastOffset <= offset)
        {
            if (batches.Header.LastOffset == offset)
                return batches.Header.MaxTimestamp == entry.Timestamp;
        }

        return false;
    }

    private void CutIndexesBehind(int indexEntry)
    {
        indexes.CutBehind(indexEntry);

        // The last one may be torn: what it says is looked up.
        while (!indexes.Times.IsEmpty && !IsTrue(indexes.Times[^1]))
            indexes.DropLastTime();

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

    /// <summary>Registers the batches that follow; false when they stop being whole and sound before the limit.</summary>
    private bool Replay(long limit, bool withChecksums)
    {
        var start = tail.Size;
        var batches = new BatchScanner(file, start, limit, withChecksums ? BatchScanner.WalkBlock : BatchScanner.LookUpBlock);
        try
        {
            for (var lastEpoch = -1; batches.MoveNext(); lastEpoch = batches.Header.LeaderEpoch)
            {
                if (!IsSound(batches.Header, lastEpoch) || (withChecksums && !RecordBatch.HasValidCrc(batches.Batch())))
                    return false;

                tail.Add(batches.Header, indexInterval);
            }
        }
        finally
        {
            batches.Dispose();
            if (start > 0)
                tail.FirstTimestamp = SegmentLookup.TimestampOfFirstBatch(file, tail.Size);
        }

        return tail.Size == limit;
    }

    private bool IsSound(in BatchHeader header, int lastEpoch) =>
        header.BaseOffset >= tail.NextOffset
        && header.LastOffset - baseOffset <= int.MaxValue
        && header.LeaderEpoch >= lastEpoch
        && header.TotalSize <= int.MaxValue - tail.Size;
}
