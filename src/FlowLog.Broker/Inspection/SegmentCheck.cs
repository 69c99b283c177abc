using FlowLog.Broker.Log.Segments;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Inspection;

/// <summary>Checks every batch of a segment, and its indexes against them.</summary>
internal sealed class SegmentCheck
{
    private const int MostDecompressedBytes = 1 << 30;

    private readonly IDisk _disk;
    private readonly string _path;
    private readonly long _baseOffset;
    private readonly PartitionFacts _facts;
    private readonly LogReport _report;
    private readonly IndexCheck _indexes;

    public SegmentCheck(IDisk disk, string folder, long baseOffset, PartitionFacts facts, LogReport report)
    {
        (_disk, _baseOffset, _facts, _report) = (disk, baseOffset, facts, report);
        _path = Path.Combine(folder, SegmentFileName.For(baseOffset, SegmentFileName.Log));
        _indexes = new IndexCheck(disk, folder, baseOffset, facts, report);
    }

    /// <summary>Checks it, and moves the walk to its end.</summary>
    public void Run(SegmentWalk walk)
    {
        if (_baseOffset < walk.NextOffset || (_baseOffset > walk.NextOffset && !walk.AllowsHoles))
        {
            Break(walk, 0, $"The segment begins at offset {_baseOffset}, the one before ends at {walk.NextOffset}.");
            return;
        }

        walk.NextOffset = _baseOffset;
        walk.Producers.EnterSegment(_baseOffset);
        using var file = _disk.Open(_path, FileOpening.ReadOnly);
        using var content = new BatchContent();
        using var batches = new BatchScanner(file, 0, file.Length, BatchScanner.WalkBlock);
        while (batches.MoveNext())
        {
            if (ProblemOf(batches, content, walk) is { } problem)
            {
                Break(walk, batches.Position, problem);
                break;
            }

            Take(batches, walk);
        }

        if (batches.Failed)
            Break(walk, batches.NextPosition, $"There is no whole batch of format 2 here; {file.Length - batches.NextPosition} bytes are left.");

        _indexes.EndAt(walk.IsBroken, walk.NextOffset);
        if (!walk.IsBroken)
            walk.Producers.LeaveSegment();
    }

    private void Take(in BatchScanner batches, SegmentWalk walk)
    {
        var header = batches.Header;
        _indexes.Meet(header, batches.Position);
        walk.Epochs.Meet(header, _path, batches.Position);
        walk.Producers.Meet(header, batches.Batch(), _path, batches.Position);
        walk.NextOffset = header.LastOffset + 1;
        _report.Batches++;
        _report.Records += header.RecordCount;
        _report.Bytes += header.TotalSize;
    }

    private static string? ProblemOf(in BatchScanner batches, BatchContent content, SegmentWalk walk)
    {
        var header = batches.Header;
        var batch = batches.Batch();
        if (!RecordBatch.HasValidCrc(batch))
            return $"The checksum of the batch at offset {header.BaseOffset} does not fit its bytes.";

        if (header.BaseOffset < walk.NextOffset)
            return $"The batch begins at offset {header.BaseOffset}, although the one before ends at {walk.NextOffset}.";

        if (header.BaseOffset > walk.NextOffset && !walk.AllowsHoles)
            return $"The batch begins at offset {header.BaseOffset}, the one before ends at {walk.NextOffset}: records are missing.";

        if (header.RecordCount > (long)header.LastOffsetDelta + 1 || (header.RecordCount <= header.LastOffsetDelta && !walk.AllowsHoles))
            return $"The batch at offset {header.BaseOffset} says that it has {header.RecordCount} records for {header.LastOffsetDelta + 1L} offsets.";

        return ProblemInside(header, batch, content, walk);
    }

    private static string? ProblemInside(in BatchHeader header, ReadOnlySpan<byte> batch, BatchContent content, SegmentWalk walk)
    {
        var problem = content.Open(header, batch, MostDecompressedBytes, out var records);
        if (problem != DecompressionProblem.None)
            return $"The batch at offset {header.BaseOffset} cannot be decompressed ({problem}).";

        var found = 0;
        for (var last = header.BaseOffset - 1; records.MoveNext(); last = records.Current.Offset, found++)
        {
            if (records.Current.Offset <= last || records.Current.Offset > header.LastOffset)
                return $"The batch at offset {header.BaseOffset} has a record at offset {records.Current.Offset} behind that at {last}.";

            if (!header.IsControl)
                walk.Metadata?.Meet(records.Current);
        }

        return records.Failed || found != header.RecordCount || records.Surplus > 0
            ? $"The records of the batch at offset {header.BaseOffset} cannot be read: {found} of {header.RecordCount} are whole."
            : null;
    }

    private void Break(SegmentWalk walk, long position, string problem)
    {
        if (walk.IsBroken)
            return;

        walk.IsBroken = true;
        if (_facts.IsRepairedFrom(walk.NextOffset))
        {
            _report.Add(
                FindingKind.Note, _path, position, $"{problem} All is sound up to offset {walk.NextOffset}.",
                "The broker was not stopped cleanly; the next start cuts the log there. Nothing behind it was known to be on the device.");
            return;
        }

        _report.Violation(
            _path, position, $"{problem} All is sound up to offset {walk.NextOffset}; what lies behind was not looked at.",
            "Restore the partition from a replica or a backup. What is sound can be read as it is; to go on without the rest, cut the file at that position, "
            + "and delete its indexes, the later segments and .kafka_cleanshutdown.");
    }
}
