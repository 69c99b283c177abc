using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Log.Segments;

/// <summary>
/// The end of a segment, where batches are added: how large it is, what comes next, and when the indexes are due for an entry. Of a segment
/// that is only read just the size is known. Not thread-safe; the segment guards it.
/// </summary>
internal sealed class SegmentTail(SegmentFiles files, SegmentIndexes indexes)
{
    private TailPositions? _positions;
    private int _bytesSinceIndexEntry;

    /// <summary>No batch has a timestamp.</summary>
    public static TimeEntry NoTimestamps => new(RecordBatch.NoTimestamp, 0);

    /// <summary>Whether more than the size is known.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Bytes of batches.</summary>
    public int Size { get; set; }

    /// <summary>The offset after the last batch.</summary>
    public long NextOffset { get; private set; } = files.BaseOffset;

    /// <summary>The largest timestamp, and the last offset of the first batch that has it.</summary>
    public TimeEntry Largest { get; set; } = NoTimestamps;

    /// <summary>The timestamp of the first batch; null when it was not looked at, or there is none.</summary>
    public long? FirstTimestamp { get; set; }

    /// <summary>Nothing was written yet.</summary>
    public void StartEmpty() => IsKnown = true;

    /// <summary>Everything is as it was right before the batch of an index entry, which is in the index already (-1: before the first).</summary>
    public void ResumeAt(int indexEntry)
    {
        Size = indexEntry < 0 ? 0 : indexes.Offsets[indexEntry].Position;
        NextOffset = files.BaseOffset;
        FirstTimestamp = null;
        IsKnown = true;
        _bytesSinceIndexEntry = 0;
        _positions = null;
    }

    /// <summary>Batches were written at the end.</summary>
    public void Add(ReadOnlySpan<byte> run, int indexInterval)
    {
        _positions ??= new TailPositions();
        var position = Size;
        var batches = new BatchReader(run);
        while (batches.MoveNext())
            Register(batches.Header, position + batches.Position, indexInterval);

        Size = position + run.Length;
    }

    /// <summary>A batch was found at the end.</summary>
    public void Add(in BatchHeader header, int indexInterval)
    {
        Register(header, Size, indexInterval);
        Size += (int)header.TotalSize;
    }

    /// <summary>Nothing is added any more: the largest timestamp goes into its index, whose last entry then is the largest one.</summary>
    public void Seal()
    {
        AddTimeEntry();
        _positions = null;
    }

    /// <summary>Finds one of the last batches; false when they are forgotten.</summary>
    public bool TryFind(long offset, out BatchLocation batch)
    {
        if (_positions is not null && _positions.TryFind(offset, Size, out var position, out var end, out var baseOffset))
        {
            batch = new BatchLocation(position, end, baseOffset);
            return true;
        }

        batch = default;
        return false;
    }

    private void Register(in BatchHeader header, int position, int indexInterval)
    {
        var relativeOffset = (int)(header.LastOffset - files.BaseOffset);
        FirstTimestamp ??= header.MaxTimestamp;
        if (header.MaxTimestamp > Largest.Timestamp)
            Largest = new TimeEntry(header.MaxTimestamp, relativeOffset);

        if (_bytesSinceIndexEntry > indexInterval && indexes.TryAdd(new OffsetEntry(relativeOffset, position)))
        {
            AddTimeEntry();
            _bytesSinceIndexEntry = 0;
        }

        _bytesSinceIndexEntry += (int)header.TotalSize;
        NextOffset = header.LastOffset + 1;
        _positions?.Add(header.BaseOffset, position);
    }

    private void AddTimeEntry()
    {
        if (IsKnown)
            indexes.AddIfLarger(Largest);
    }
}
