using FlowLog.Broker.Log.Segments;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Log.Compaction;

/// <summary>
/// Cleans one log once: learns the last offset of every key in its dirty part, then rewrites its segments without what a later record
/// replaced. Runs beside appends and reads; only putting a new segment in its place locks the log.
/// </summary>
internal sealed class CompactionPass(PartitionLog log, OffsetMap map, CleanerThrottle throttle, int block, long now, CancellationToken cancellation)
{
    private readonly LogOptions _options = log.Options;
    private readonly int _block = Math.Max(block, BatchScanner.LookUpBlock);

    /// <summary>Bytes of the segments that were rewritten, before and after.</summary>
    public (long Before, long After) Bytes { get; private set; }

    /// <summary>Cleans a range, and returns up to where it was cleaned: not to its end when the keys did not all fit.</summary>
    /// <exception cref="UncleanableException">A segment is damaged. What was cleaned before it stays cleaned.</exception>
    public long Run(CleanableRange range)
    {
        var producers = log.ProducerTails();

        // What a power cut can take away must not replace anything, nor be all that tells of the end of a transaction.
        if (!log.TrySecureProducers(range.End))
            throw new OperationCanceledException($"The log of {log.Partition} could not be synced.");

        var segments = log.Segments.All.ToArray();
        var end = BuildMap(segments, range);
        var transactions = new CleanedTransactions(LogReader.AbortedTransactions(segments, segments[0].BaseOffset, end));
        using var cleaner = new BatchCleaner(map, producers, transactions, _options, now);
        foreach (var group in Groups(segments, end))
            Clean(group, cleaner, end);

        return end;
    }

    private long BuildMap(Segment[] segments, CleanableRange range)
    {
        var transactions = new CleanedTransactions(LogReader.AbortedTransactions(segments, range.FirstDirty, range.End));
        using var content = new BatchContent();
        for (var index = SegmentList.IndexFor(segments, range.FirstDirty); index < segments.Length && segments[index].BaseOffset < range.End; index++)
        {
            var segment = segments[index];
            var start = segment.TryFindBatch(range.FirstDirty, out var first) ? first.Position : segment.Size;
            using var batches = new BatchScanner(segment.OpenedFile(), start, segment.Size, _block);
            while (batches.MoveNext())
            {
                var header = batches.Header;
                if (header.BaseOffset >= range.End)
                    return range.End;

                if (!TryLearn(header, Sound(batches), content, transactions, range, out var learntTo))
                    return header.BaseOffset > range.FirstDirty ? header.BaseOffset : learntTo;
            }

            ThrowIfDamaged(batches, segment);
        }

        return range.End;
    }

    private bool TryLearn(
        in BatchHeader header, ReadOnlySpan<byte> batch, BatchContent content, CleanedTransactions transactions, CleanableRange range, out long learntTo)
    {
        cancellation.ThrowIfCancellationRequested();
        throttle.Used(batch.Length, cancellation);
        learntTo = header.BaseOffset;
        if (header.IsControl)
        {
            if (EndTransactionMarker.TryRead(header, batch, out var marker))
                transactions.MeetMarker(header, marker.Committed, out _);

            return true;
        }

        if (transactions.MeetData(header) || header.RecordCount == 0)
            return true;

        if (content.Open(header, batch, _options.MaxDecompressedBytes, out var records) != DecompressionProblem.None)
            throw new UncleanableException($"The batch at offset {header.BaseOffset} cannot be decompressed.");

        while (records.MoveNext())
        {
            var record = records.Current;
            if (record.Key.IsNull || record.Offset < range.FirstDirty || record.Offset >= range.End)
                continue;

            learntTo = record.Offset;
            if (!map.TryPut(record.Key.Span, record.Offset))
                return false;
        }

        return true;
    }

    private IEnumerable<Segment[]> Groups(Segment[] segments, long end)
    {
        var group = new List<Segment>();
        var size = 0L;
        for (var index = 0; index < segments.Length - 1 && segments[index].BaseOffset < end; index++)
        {
            var segment = segments[index];
            var reach = segments[index + 1].BaseOffset - 1;
            if (group.Count > 0 && (size + segment.Size > _options.SegmentBytes || reach - group[0].BaseOffset > int.MaxValue))
            {
                yield return group.ToArray();
                group.Clear();
                size = 0;
            }

            group.Add(segment);
            size += segment.Size;
        }

        if (group.Count > 0)
            yield return group.ToArray();
    }

    private void Clean(Segment[] originals, BatchCleaner cleaner, long end)
    {
        var output = Segment.Create(log.Disk, log.Folder, originals[0].BaseOffset, originals[^1].CreatedAt, SegmentFileName.Cleaned);
        var isInPlace = false;
        try
        {
            var isChanged = Write(originals, output, cleaner, end) || originals.Length > 1;
            if (!isChanged)
                return;

            output.Seal();
            output.SyncBatches();
            output.SyncIndexes();
            var before = originals.Sum(segment => (long)segment.Size);
            isInPlace = log.TryReplace(originals, output, now);
            if (!isInPlace)
                throw new OperationCanceledException($"The segments of {log.Partition} changed while they were cleaned.");

            Bytes = (Bytes.Before + before, Bytes.After + output.Size);
            output.Unload();
        }
        finally
        {
            if (!isInPlace && !log.IsOffline)
                output.Delete();
        }
    }

    /// <summary>Writes what stays, and returns whether that is less than there was.</summary>
    private bool Write(Segment[] originals, Segment output, BatchCleaner cleaner, long end)
    {
        var isChanged = false;
        cleaner.StillAborted.Clear();
        using var pending = new PooledBuffer();
        foreach (var segment in originals)
        {
            var size = segment.Size;
            using var batches = new BatchScanner(segment.OpenedFile(), 0, size, _block);
            while (batches.MoveNext())
            {
                cancellation.ThrowIfCancellationRequested();
                var batch = Sound(batches);
                throttle.Used(batch.Length, cancellation);

                // The last batch tells the next start where the originals end, should it find them beside this one.
                var isLast = segment == originals[^1] && batches.NextPosition == size;
                var kept = batches.Header.LastOffset < end ? cleaner.Clean(batches.Header, batch, isLast) : batch;
                isChanged |= kept != batch;
                kept.CopyTo(pending.GetSpan(kept.Length));
                pending.Advance(kept.Length);
                if (pending.Length >= _block)
                    Flush(pending, output);
            }

            ThrowIfDamaged(batches, segment);
        }

        Flush(pending, output);
        foreach (var aborted in cleaner.StillAborted)
            output.AddAborted(aborted);

        // Of what lies behind the range nothing is known, and so nothing is forgotten.
        foreach (var aborted in originals.SelectMany(segment => segment.AllAborted()).Where(aborted => aborted.LastOffset >= end))
            output.AddAborted(aborted);

        return isChanged;
    }

    private void Flush(PooledBuffer pending, Segment output)
    {
        if (pending.Length > 0)
            output.Append(pending.WrittenSpan, _options.IndexIntervalBytes);

        throttle.Used(pending.Length, cancellation);

        pending.Clear();
    }

    private static ReadOnlySpan<byte> Sound(in BatchScanner batches)
    {
        var batch = batches.Batch();
        return batch.Length >= RecordBatch.HeaderSize && RecordBatch.HasValidCrc(batch)
            ? batch
            : throw new UncleanableException($"The checksum of the batch at offset {batches.Header.BaseOffset} does not fit its bytes.");
    }

    private static void ThrowIfDamaged(in BatchScanner batches, Segment segment)
    {
        if (batches.Failed)
            throw new UncleanableException($"At byte {batches.NextPosition} of the segment at offset {segment.BaseOffset} there is no whole batch.");
    }
}
